import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Answer, Browser, TestEnvironment } from '@claviger/server/testing'
import { Provider } from 'oidc-provider'

/** An account at the identity provider of a test. */
export interface Account {
  readonly sub: string
  readonly email?: string
  readonly email_verified?: boolean
}

export interface RunningProvider {
  readonly issuer: string
  stop(): Promise<void>
}

export const client = { clientId: 'claviger', clientSecret: 'a-secret-of-the-client-of-the-test' }
export const application = 'https://app.example.com/welcome'
export const settings = { allowedOrigins: ['https://app.example.com'] }

/** Serves on loopback, on a free port. */
export async function serve(
  listener: RequestListener,
): Promise<RunningProvider & { readonly server: Server }> {
  const server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    server,
    issuer: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async stop() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** A real OpenID provider, at which the account of the moment signs in without being asked. */
export async function openIdProvider(
  redirectUris: readonly string[],
  account: () => Account,
): Promise<RunningProvider> {
  let handle: RequestListener = () => {}
  const running = await serve((request, response) => handle(request, response))
  const provider = new Provider(running.issuer, {
    clients: [
      {
        client_id: client.clientId,
        client_secret: client.clientSecret,
        redirect_uris: [...redirectUris],
        token_endpoint_auth_method: 'client_secret_basic',
      },
    ],
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
    features: { devInteractions: { enabled: false } },
    pkce: { required: () => true },
    cookies: { keys: ['a-key-of-the-test'] },
    findAccount: (_context, accountId) => ({ accountId, claims: async () => ({ ...account() }) }),
    interactions: { url: (_context, interaction) => `/interaction/${interaction.uid}` },
  })
  const answer = provider.callback()
  handle = async (request, response) => {
    if (!request.url?.startsWith('/interaction/')) return answer(request, response)
    const { prompt, params, session, grantId } = await provider.interactionDetails(request, response)
    if (prompt.name === 'login') {
      return provider.interactionFinished(request, response, { login: { accountId: account().sub } })
    }
    const accountId = session?.accountId
    const grant = grantId
      ? await provider.Grant.find(grantId)
      : new provider.Grant({ ...(accountId && { accountId }), clientId: String(params.client_id) })
    grant?.addOIDCScope('openid email profile')
    const consent = { grantId: await grant?.save() }
    return provider.interactionFinished(request, response, { consent }, { mergeWithLastSubmission: true })
  }
  return running
}

/** Adds a provider to an environment. */
export function addProvider(
  { sdk }: TestEnvironment,
  issuer: string,
  more: { type?: 'oidc' | 'github'; allowSignUp?: boolean; key?: string } = {},
) {
  return sdk.identityProviders.create({ key: 'acme', type: 'oidc', name: 'Acme', issuer, ...client, ...more })
}

/** Where a browser begins, in the environment of the test. */
export function authorizePath({ name }: TestEnvironment, redirectUri: string = application): string {
  const query = new URLSearchParams({ redirect_uri: redirectUri })
  return `/environments/${name}/v1/auth/oauth/acme/authorize?${query}`
}

export function callbackUrl({ name }: TestEnvironment): string {
  return `http://claviger.test/environments/${name}/v1/auth/oauth/acme/callback`
}

/** Goes to the provider and through it; gives the URL that it sends the browser back to. */
export async function throughProvider(environment: TestEnvironment, browser: Browser): Promise<URL> {
  const begun = await browser.get(authorizePath(environment))
  if (begun.status !== 302) throw new Error(`It did not begin: ${JSON.stringify(begun.body)}`)
  const cookies = new Map<string, string>()
  let url = new URL(begun.headers.get('location') ?? '')
  while (url.host !== 'claviger.test') {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const response = await fetch(url, { redirect: 'manual', headers: { cookie } })
    for (const set of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(set) ?? []
      cookies.set(name, value)
    }
    const location = response.headers.get('location')
    if (!location) throw new Error(`The provider answered ${response.status}: ${await response.text()}`)
    url = new URL(location, url)
  }
  return url
}

/** Comes back to the server with what the provider said. */
export function comeBack(browser: Browser, { pathname, search }: URL): Promise<Answer> {
  return browser.get(pathname + search)
}

export async function bodyOf(request: IncomingMessage): Promise<URLSearchParams> {
  let body = ''
  for await (const chunk of request) body += chunk
  return new URLSearchParams(body)
}
