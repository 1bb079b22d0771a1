import { api, errors } from '@claviger/contract'
import { implement } from '#kernel/endpoint'
import { fail } from '#kernel/failure'
import { parseId } from '#kernel/ids'
import { allow, holdKnownApi, remove } from './allow.js'
import { lockKnownApplication } from './changeable-application.js'

/** Allows an API to applications, without a scope to those that are new to it, and takes it from others. */
export const changeApplications = implement(api.applications.changeApplications).handler(
  async (call, { params: { apiId }, body }) => {
    await call.tx(async (tx) => {
      await holdKnownApi(tx, apiId)
      const toAllow = (body.allow ?? []).map(readId)
      const toRemove = new Set((body.remove ?? []).map(readId))
      // Everyone locks applications in the order of their ids, so that nobody waits for each other.
      for (const id of [...new Set([...toAllow, ...toRemove])].sort()) {
        const before = await lockKnownApplication(tx, id)
        const isAllowed = before.apis.some((each) => each.apiId === apiId)
        if (toRemove.has(id)) await remove(call, tx, before, apiId)
        else if (!isAllowed) await allow(call, tx, before, { apiId, scopes: [] })
      }
    })
    return { ok: true as const }
  },
)

function readId(text: string): string {
  const id = parseId(text)
  if (id === undefined) throw fail(errors.application_not_found)
  return id
}
