import type { Call } from '#kernel/call'
import type { ProviderRow } from './store.js'

export function sealClientSecret(call: Call, providerId: string, clientSecret: string): Buffer {
  return call.seal.seal(Buffer.from(clientSecret), contextOf(call, providerId))
}

export function openClientSecret(call: Call, { id, client_secret_sealed }: ProviderRow): string {
  return call.seal.open(client_secret_sealed, contextOf(call, id)).toString()
}

function contextOf(call: Call, providerId: string): string {
  return `identity-provider/${call.environment.id}/${providerId}`
}
