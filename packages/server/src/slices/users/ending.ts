import type { Ended } from '@claviger/contract'
import type { Call } from '#kernel/call'
import type { Transaction } from '#kernel/queries'

/** Why what belongs to a user ends. */
export type EndReason = 'user_banned' | 'user_deleted' | 'password_changed' | 'revoked'

/** Ends everything of one kind that a user has, and answers how much was still in force. */
export type Ender = (call: Call, tx: Transaction, userId: string, reason: EndReason) => Promise<number>

type Kind = keyof Ended
const enders = new Map<Kind, Ender>()

/**
 * Registers what ends with a user. Users know nothing of the nouns above them, and yet one deactivation ends
 * everything in one transaction: whoever composes the server names the enders here.
 */
export function endWithUser(kind: Kind, ender: Ender): void {
  enders.set(kind, ender)
}

/** Ends everything of a user in the transaction that deactivates it, and counts what ended. */
export async function endAllOfUser(
  call: Call,
  tx: Transaction,
  userId: string,
  reason: EndReason,
): Promise<Ended> {
  const end = (kind: Kind) => {
    const ender = enders.get(kind)
    if (!ender) throw new Error(`Nobody ends the ${kind} of a user.`)
    return ender(call, tx, userId, reason)
  }
  return { sessions: await end('sessions'), apiKeys: await end('apiKeys') }
}
