import type { Call } from '#kernel/call'
import type { Transaction } from '#kernel/queries'
import { presentSession } from './present.js'
import * as store from './store.js'

/** Ends sessions because of something that someone else did, each with its event. */
async function revoke(
  call: Call,
  tx: Transaction,
  which: Parameters<typeof store.endSessions>[1],
  reason: string,
): Promise<number> {
  const ended = await store.endSessions(tx, which, reason)
  // Queued together: a user with many sessions costs one round trip, not one each.
  await Promise.all(
    ended.map((row) => call.record(tx, 'session.revoked', { session: presentSession(row), reason })),
  )
  return ended.length
}

/** Ends every session of a user. */
export function revokeSessionsOfUser(
  call: Call,
  tx: Transaction,
  userId: string,
  reason: string,
  /** The session that goes on, if one does. */
  exceptId?: string,
): Promise<number> {
  return revoke(call, tx, { userId, ...(exceptId && { exceptId }) }, reason)
}

/** Ends the sessions of a device that is forgotten. */
export function revokeSessionsOfDevice(call: Call, tx: Transaction, deviceId: string): Promise<number> {
  return revoke(call, tx, { deviceId }, 'device_deleted')
}

/** Ends one session; one that is over already stays as it ended, and nothing is recorded. */
export async function revokeOneSession(
  call: Call,
  tx: Transaction,
  id: string,
  reason: string,
): Promise<void> {
  await revoke(call, tx, { id }, reason)
}

/** Signs out: the session, or every session of its user. */
export async function endSignedOut(
  call: Call,
  tx: Transaction,
  which: { readonly id: string } | { readonly userId: string },
): Promise<number> {
  const ended = await store.endSessions(tx, which, 'signed_out')
  await Promise.all(ended.map((row) => call.record(tx, 'session.ended', { session: presentSession(row) })))
  return ended.length
}
