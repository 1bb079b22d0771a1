import { createHash } from 'node:crypto'
import { errors } from '@claviger/contract'
import { fail } from '#kernel/failure'
import type { Principal } from '#kernel/principal'
import type { Transaction } from '#kernel/queries'
import type { Seal } from '#kernel/seal'
import { statement } from '#platform/db/statement'

const lifetimeSeconds = 24 * 60 * 60

/** One use of an idempotency key, told apart from every other caller's and route's. */
export interface IdempotentRequest {
  readonly keyHash: Buffer
  readonly requestHash: Buffer
}

/** An answer that was given before, and is given again. */
export interface Replay {
  readonly status: number
  readonly body: string
}

/** Reads `Idempotency-Key` (draft-ietf-httpapi-idempotency-key-header-07, section 2). */
export function idempotentRequest(
  key: string,
  { routeId, principal, target }: { routeId: string; principal: Principal; target: unknown },
): IdempotentRequest {
  if (!/^[\x21-\x7e]{1,255}$/.test(key)) throw fail(errors.invalid_idempotency_key)
  return {
    keyHash: sha256(`${principal.kind}\n${principal.id}\n${routeId}\n${key}`),
    requestHash: sha256(JSON.stringify(target)),
  }
}

/**
 * Finds the answer that this key was given before. The lock is the transaction's, so a second request
 * with the same key is refused for exactly as long as the first is being answered, even by another node.
 */
export async function findReplay(
  tx: Transaction,
  seal: Seal,
  request: IdempotentRequest,
): Promise<Replay | undefined> {
  const { locked } = await tx.one(
    statement<{ locked: boolean }>('select pg_try_advisory_xact_lock($1::bigint) as locked', [
      request.keyHash.readBigInt64BE(0) ^ BigInt.asIntN(64, BigInt(`0x${tx.environmentId.slice(0, 8)}`)),
    ]),
  )
  if (!locked) throw fail(errors.idempotency_in_flight, { retryAfterSeconds: 1 })
  const row = await tx.first(
    statement<{ request_hash: Buffer; status: number; answer_sealed: Buffer | null }>(
      `select request_hash, status, answer_sealed from idempotency_keys
       where environment_id = $1 and key_hash = $2 and expires_at > instant()`,
      [tx.environmentId, request.keyHash],
    ),
  )
  if (!row) return undefined
  if (!row.request_hash.equals(request.requestHash)) throw fail(errors.idempotency_mismatch)
  const body = row.answer_sealed
    ? seal.open(row.answer_sealed, context(tx.environmentId, request)).toString()
    : ''
  return { status: row.status, body }
}

/** Keeps an answer in the transaction of its effect: a crash loses both or neither. */
export async function keepAnswer(
  tx: Transaction,
  seal: Seal,
  request: IdempotentRequest,
  answer: Replay,
): Promise<void> {
  await tx.run(
    statement(
      `insert into idempotency_keys (environment_id, key_hash, request_hash, status, answer_sealed, expires_at)
       values ($1, $2, $3, $4, $5, instant() + $6 * interval '1 second')
       on conflict (environment_id, key_hash) do update set
         request_hash = excluded.request_hash, status = excluded.status,
         answer_sealed = excluded.answer_sealed, expires_at = excluded.expires_at`,
      [
        tx.environmentId,
        request.keyHash,
        request.requestHash,
        answer.status,
        seal.seal(Buffer.from(answer.body), context(tx.environmentId, request)),
        lifetimeSeconds,
      ],
    ),
  )
}

function context(environmentId: string, request: IdempotentRequest): string {
  return `idempotency/${environmentId}/${request.keyHash.toString('hex')}`
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
