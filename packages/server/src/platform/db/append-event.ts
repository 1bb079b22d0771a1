import { newId } from '#kernel/ids'
import type { Principal } from '#kernel/principal'
import type { Transaction } from '#kernel/queries'
import { statement } from './statement.js'

const insertEvent = `
  insert into events (environment_id, id, type, actor_type, actor_id, request_id, data)
  values ($1, $2, $3, $4, $5, $6, $7)`

/** Writes what happened in the transaction that does it: no event for what was rolled back, none lost. */
export async function appendEvent(
  tx: Transaction,
  event: { type: string; data: unknown; principal: Principal | 'system'; requestId: string | null },
): Promise<void> {
  const actor = event.principal === 'system' ? { kind: 'system', id: null } : event.principal
  await tx.run(
    statement(insertEvent, [
      tx.environmentId,
      newId(),
      event.type,
      actor.kind,
      actor.id,
      event.requestId,
      JSON.stringify(event.data),
    ]),
  )
}
