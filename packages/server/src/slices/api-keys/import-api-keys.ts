import { api } from '@claviger/contract'
import { implement } from '#kernel/endpoint'
import { newId } from '#kernel/ids'
import { checkNewKeys } from './check-new-keys.js'
import { presentApiKey } from './present.js'
import * as store from './store.js'

/** Takes over keys by their hashes, all or none; those that the environment has already stay as they are. */
export const importApiKeys = implement(api.apiKeys.importApiKeys).handler(async (call, { body }) => {
  const { apiKeys } = body
  const imported = await call.tx(async (tx) => {
    const asked = apiKeys.map(({ sha256, prefix, suffix, ...key }) => key)
    const checked = await checkNewKeys(tx, asked, (index) => `/apiKeys/${index}`)
    const keys = checked.map((key, i) => {
      const { sha256 = '', prefix = null, suffix = null } = apiKeys[i] ?? {}
      const secret = { hash: Buffer.from(sha256, 'hex'), prefix, suffix }
      return { ...key, id: newId(), secret, createdBy: call.principal.id }
    })
    const rows = await store.insertKeys(tx, keys)
    for (const row of rows) await call.record(tx, 'api_key.imported', { apiKey: presentApiKey(row) })
    return rows.length
  })
  return { imported, known: apiKeys.length - imported }
})
