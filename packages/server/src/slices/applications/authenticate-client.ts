import { coalesce } from '#kernel/coalesce'
import { inOrderOf } from '#kernel/group-by'
import { parseId } from '#kernel/ids'
import type { ClientPrincipal, Environment } from '#kernel/principal'
import type { Queries } from '#kernel/queries'
import { equalSecrets, hashSecret } from '#kernel/secret'
import { environmentOf } from '#slices/projects'
import { isWellFormedClientSecret } from './client-secret.js'
import * as store from './store.js'

/** In place of the hash of an application that is not there, so that nobody can tell by the time that it is not. */
const nothing = Buffer.alloc(32)

/**
 * Recognises applications by client id and secret. Nothing is remembered, so a secret that was replaced, or an
 * application that was disabled, is so on the next request of every node.
 */
export function createClientAuthenticator(anywhere: Queries) {
  const find = coalesce<string, store.FoundClient>(
    async (ids) => inOrderOf(ids, await store.findClients(anywhere, ids), ({ id }) => id),
    { inFlightMax: 1 },
  )

  return async function client(
    clientId: string,
    secret: string,
  ): Promise<{ principal: ClientPrincipal; environment: Environment } | undefined> {
    const id = parseId(clientId)
    if (id === undefined || !isWellFormedClientSecret(secret)) return undefined
    const found = await find(id)
    const hash = hashSecret(secret)
    const isCurrent = equalSecrets(hash, found?.secret_hash ?? nothing)
    const isPrevious = equalSecrets(hash, found?.previous_secret_hash ?? nothing)
    if (!found?.enabled || !(isCurrent || isPrevious)) return undefined
    const { type, token_lifetime_seconds: tokenLifetimeSeconds } = found
    return {
      principal: { kind: 'client', id: found.id, type, tokenLifetimeSeconds },
      environment: environmentOf(found),
    }
  }
}
