import { errors } from '@claviger/contract'
import * as oauth from 'openid-client'
import type { Call } from '#kernel/call'
import { fail } from '#kernel/failure'
import { OutgoingError } from '#kernel/outgoing'
import { openClientSecret } from './client-secret.js'
import type { ProviderRow } from './store.js'

const timeoutSeconds = 10
const rememberedMs = 5 * 60_000
const rememberedMax = 500

/** What providers say of themselves, for some minutes. A provider that is changed is asked anew. */
const remembered = new Map<string, { readonly client: oauth.Configuration; readonly untilMs: number }>()

/** The client of a provider: where its endpoints are, and how we prove to it who we are. */
export async function clientOf(call: Call, provider: ProviderRow): Promise<oauth.Configuration> {
  const name = `${call.environment.id}/${provider.id}/${provider.updated_at}`
  const known = remembered.get(name)
  if (known && known.untilMs > call.clock.now()) return known.client
  const client = await asking(() =>
    provider.type === 'oidc' ? discover(call, provider) : gitHubClient(call, provider),
  )
  if (remembered.size >= rememberedMax) remembered.clear()
  remembered.set(name, { client, untilMs: call.clock.now() + rememberedMs })
  return client
}

async function discover(call: Call, provider: ProviderRow): Promise<oauth.Configuration> {
  const client = await oauth.discovery(
    new URL(provider.issuer),
    provider.client_id,
    {},
    authentication(openClientSecret(call, provider)),
    {
      timeout: timeoutSeconds,
      [oauth.customFetch]: call.fetch,
      // The signature of an ID token is checked although TLS has already said whom it comes from.
      execute: [oauth.enableNonRepudiationChecks, ...transport(provider)],
    },
  )
  return client
}

/** GitHub speaks OAuth 2 without discovery. */
async function gitHubClient(call: Call, provider: ProviderRow): Promise<oauth.Configuration> {
  const issuer = provider.issuer.replace(/\/+$/, '')
  const secret = openClientSecret(call, provider)
  const client = new oauth.Configuration(
    {
      issuer,
      authorization_endpoint: `${issuer}/login/oauth/authorize`,
      token_endpoint: `${issuer}/login/oauth/access_token`,
    },
    provider.client_id,
    {},
    oauth.ClientSecretPost(secret),
  )
  client.timeout = timeoutSeconds
  client[oauth.customFetch] = call.fetch
  for (const apply of transport(provider)) apply(client)
  return client
}

/** An issuer by http was let in only where the server itself has no https. */
function transport({ issuer }: ProviderRow) {
  return issuer.startsWith('http:') ? [oauth.allowInsecureRequests] : []
}

/** By `client_secret_basic` unless the provider says that it takes only the other (OpenID Connect Discovery). */
function authentication(clientSecret: string): oauth.ClientAuth {
  return (server, client, body, headers) => {
    const methods = server.token_endpoint_auth_methods_supported ?? ['client_secret_basic']
    const isBasic = methods.includes('client_secret_basic') || !methods.includes('client_secret_post')
    const authenticate = isBasic
      ? oauth.ClientSecretBasic(clientSecret)
      : oauth.ClientSecretPost(clientSecret)
    return authenticate(server, client, body, headers)
  }
}

/** Asks a provider; what goes wrong with it is told as what it is: no answer, or one that is not accepted. */
export async function asking<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    for (let cause = error; cause instanceof Error; cause = cause.cause) {
      if (cause instanceof OutgoingError) {
        throw fail(errors.oauth_provider_unreachable, { reason: cause.message })
      }
    }
    throw fail(errors.oauth_exchange_failed, { reason: reasonOf(error) })
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message.slice(0, 200) : 'it cannot be read'
}
