import { api } from '@claviger/contract'
import { implement } from '#kernel/endpoint'
import { parseId } from '#kernel/ids'
import * as store from './store.js'

/** Answers the hashes of the passwords of some users. The record of it is in place before they leave. */
export const exportPasswordHashes = implement(api.imports.exportPasswordHashes).handler(
  async (call, { body }) => {
    const ids = body.userIds.flatMap((id) => parseId(id) ?? [])
    const rows = await call.tx(async (tx) => {
      const found = await store.findPasswordHashes(tx, ids)
      const userIds = found.map(({ user_id: id }) => id)
      if (userIds.length > 0) await call.record(tx, 'password_hashes.exported', { userIds })
      return found
    })
    return {
      passwordHashes: rows.map(({ user_id: userId, hash: passwordHash }) => ({ userId, passwordHash })),
    }
  },
)
