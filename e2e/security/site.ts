import { Agent, request } from 'node:http'
import { hash } from '@node-rs/argon2'
import { createInstallation, type Installation } from '../installation.js'

export const password = 'Correct-horse-battery-9'

/** An answer, with how long it took from the first byte sent to the last one received. */
export interface Told {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  // biome-ignore lint/suspicious/noExplicitAny: what a server says is looked at, not believed.
  readonly body: any
  readonly ms: number
}

export interface Asked {
  readonly method?: string
  readonly bearer?: string
  readonly body?: object | string
  readonly headers?: Readonly<Record<string, string>>
  /** The address of this machine that the connection comes from. */
  readonly from?: string
}

/** An installation behind a proxy that it trusts, so that every request can come from an address of its own. */
export interface Site {
  readonly url: string
  readonly installation: Installation
  readonly secretKey: string
  ask(path: string, asked?: Asked): Promise<Told>
  /** As the operator on the host, in the default environment. */
  operate(path: string, asked?: Asked): Promise<Told>
}

/** Runs work against the built server as a process of its own, and removes it afterwards. */
export async function onSite<T>(
  work: (site: Site) => Promise<T>,
  env: Record<string, string> = {},
): Promise<T> {
  const installation = await createInstallation()
  try {
    return await work(await startSite(installation, env))
  } catch (error) {
    process.stderr.write(installation.output())
    throw error
  } finally {
    await installation.remove()
  }
}

export async function startSite(
  installation: Installation,
  env: Record<string, string> = {},
  /** Of an installation that has another node already. */
  known?: { readonly secretKey: string },
): Promise<Site> {
  await installation.start({ CLAVIGER_TRUSTED_PROXIES: '127.0.0.1', ...env })
  const agent = new Agent({ keepAlive: true })
  const operator = await installation.operatorToken()
  const ask: Site['ask'] = (path, asked) => tell(agent, installation.url + path, asked)
  return {
    url: installation.url,
    installation,
    secretKey: known?.secretKey ?? (await installation.makeKey()),
    ask,
    operate: (path, asked = {}) =>
      ask(path, { ...asked, bearer: operator, headers: { 'claviger-environment': 'default/live' } }),
  }
}

let addresses = 0

/** An address that no request had before: limits by address are measured elsewhere. */
function newAddress(): string {
  addresses++
  return `10.${(addresses >> 16) & 255}.${(addresses >> 8) & 255}.${addresses & 255}`
}

function tell(agent: Agent, url: string, asked: Asked = {}): Promise<Told> {
  const { body, method = body === undefined ? 'GET' : 'POST', bearer } = asked
  const text = typeof body === 'object' ? JSON.stringify(body) : body
  const headers = {
    'x-forwarded-for': newAddress(),
    ...(text !== undefined && {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(text),
    }),
    ...(bearer && { authorization: `Bearer ${bearer}` }),
    ...asked.headers,
  }
  return new Promise((resolve, reject) => {
    const startedAt = performance.now()
    const { from: localAddress } = asked
    const sent = request(
      url,
      { method, agent, headers, ...(localAddress && { localAddress }) },
      (response) => {
        let received = ''
        response.setEncoding('utf8')
        response.on('data', (chunk) => {
          received += chunk
        })
        response.once('end', () => {
          const ms = performance.now() - startedAt
          const isJson = response.headers['content-type']?.includes('json') && received !== ''
          const { statusCode: status = 0, headers } = response
          resolve({ status, headers, body: isJson ? JSON.parse(received) : received, ms })
        })
        response.once('error', reject)
      },
    )
    // A server that has refused a body need not read the rest of it.
    sent.once('error', reject)
    sent.end(text)
  })
}

/** Makes users with the one password, by the import: as many sign-ups would take a minute of hashing. */
export async function makeUsers(
  { ask, secretKey }: Site,
  emails: readonly string[],
  more: object = {},
): Promise<void> {
  const passwordHash = await hash(password, { memoryCost: 19_456, timeCost: 2, parallelism: 1 })
  for (let from = 0; from < emails.length; from += 500) {
    const users = emails
      .slice(from, from + 500)
      .map((email) => ({ externalId: email, email, emailVerified: true, passwordHash, ...more }))
    const { body } = await ask('/v1/admin/imports/users', { bearer: secretKey, body: { users } })
    if (body.counts?.created !== users.length) throw new Error(`No users: ${JSON.stringify(body)}`)
  }
}

export interface SignedIn {
  readonly userId: string
  readonly sessionId: string
  readonly sessionToken: string
  readonly refreshToken: string
}

export async function signIn({ ask }: Site, email: string, as = password): Promise<SignedIn> {
  const { status, body } = await ask('/v1/auth/sign-in/email-password', { body: { email, password: as } })
  if (status !== 200) throw new Error(`The sign-in failed: ${JSON.stringify(body)}`)
  return body
}

/** What the newest mail of a kind to an address says. */
export async function mailTo({ operate }: Site, to: string, kind: string): Promise<string> {
  const { body } = await operate(`/v1/admin/emails?to=${encodeURIComponent(to)}`)
  const mail = body.emails.find((email: { kind: string }) => email.kind === kind)
  if (!mail) throw new Error(`${to} has no mail of the kind ${kind}.`)
  return (await operate(`/v1/admin/emails/${mail.id}`)).body.email.text
}

export const tokenIn = (text: string) => /#token=(\w+)/.exec(text)?.[1] ?? ''
export const codeIn = (text: string) => /^\d{6}$/m.exec(text)?.[0] ?? ''
