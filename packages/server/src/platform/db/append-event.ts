import { newId } from '#kernel/ids'
import { instanceEnvironmentId } from '#kernel/instance-environment'
import type { Principal } from '#kernel/principal'
import type { Transaction } from '#kernel/queries'
import { aboveEnvironments } from './database.js'
import { statement } from './statement.js'

const insertEvent = `
  insert into events (id, type, actor_type, actor_id, request_id, data, environment_id)
  values ($1, $2, $3, $4, $5, $6, $7)`
const insertInstanceEvent = `
  insert into instance_events (id, type, actor_type, actor_id, request_id, data)
  values ($1, $2, $3, $4, $5, $6)`

/** However an application or a user says who it is, it is the one who did it. */
const actorTypes = { client: 'application', portal: 'user' } as const

/**
 * Writes what happened in the transaction that does it: no event for what was rolled back, none lost. What a
 * transaction above all environments does, or one in the environment of the instance, is an event of the instance.
 */
export async function appendEvent(
  tx: Transaction,
  event: { type: string; data: unknown; principal: Principal | 'system'; requestId: string | null },
): Promise<void> {
  const actor = event.principal === 'system' ? { kind: 'system', id: null } : event.principal
  const actorType = actorTypes[actor.kind as keyof typeof actorTypes] ?? actor.kind
  const values = [newId(), event.type, actorType, actor.id, event.requestId, JSON.stringify(event.data)]
  await tx.run(
    tx.environmentId === aboveEnvironments || tx.environmentId === instanceEnvironmentId
      ? statement(insertInstanceEvent, values)
      : statement(insertEvent, [...values, tx.environmentId]),
  )
}
