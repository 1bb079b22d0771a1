import { groupBy } from '#kernel/group-by'
import type { LookUp } from '#kernel/look-up'
import type { Queries } from '#kernel/queries'
import { hashSecretToHex } from '#kernel/secret'
import { byteaArray, idArray, instantArray, integerArray, textArray } from '#platform/db/binary-arrays'
import { isoFromJson } from '#platform/db/json-rows'
import { statement } from '#platform/db/statement'
import { type KeyCounts, type PartCounts, together } from './key-counts.js'

/** A key as a verification needs it. */
export interface FoundKey {
  readonly environment_id: string
  readonly id: string
  readonly api_id: string
  readonly audience: string | null
  readonly name: string
  readonly user_id: string | null
  readonly organization_id: string | null
  readonly scopes: string[]
  readonly status: 'active' | 'disabled' | 'expired' | 'owner_disabled' | 'revoked'
  readonly ip_allow_list: string[] | null
  readonly rate_limit_per_minute: number | null
  readonly credits: number | null
  readonly expires_at: string | null
  readonly metadata: Record<string, unknown>
  readonly verification_count: number
  readonly last_verified_at: string | null
}

/** The values of a key in the order of `verifiable_api_keys`, the view that it is read from. */
type Values = readonly [
  environmentId: string,
  id: string,
  apiId: string,
  audience: string | null,
  name: string,
  userId: string | null,
  organizationId: string | null,
  scopes: string[],
  status: FoundKey['status'],
  ipAllowList: string[] | null,
  rateLimitPerMinute: number | null,
  credits: number | null,
  expiresAt: string | null,
  metadata: Record<string, unknown>,
  verificationCount: number,
  lastVerifiedAt: string | null,
]

/** Finds keys by what customers sent, in whatever environment they are: for each the keys that it opens. */
export const bySecret: LookUp<string, [place: number, values: Values][], readonly FoundKey[]> = {
  name: 'api_keys',
  sql: (hashes) => `find_api_keys_by_place(${hashes})`,
  ask: (secrets) => ({
    parameters: [byteaArray(secrets.map(hashSecretToHex))],
    read(found) {
      const byPlace = groupBy(found ?? [], ([place]) => place)
      return secrets.map((_secret, i) => byPlace.get(i + 1)?.map(([, values]) => keyOf(values)))
    },
  }),
}

function keyOf(values: Values): FoundKey {
  const [expiresAt, lastVerifiedAt] = [values[12], values[15]]
  return {
    environment_id: values[0],
    id: values[1],
    api_id: values[2],
    audience: values[3],
    name: values[4],
    user_id: values[5],
    organization_id: values[6],
    scopes: values[7],
    status: values[8],
    ip_allow_list: values[9],
    rate_limit_per_minute: values[10],
    credits: values[11],
    expires_at: expiresAt === null ? null : isoFromJson(expiresAt),
    metadata: values[13],
    verification_count: values[14],
    last_verified_at: lastVerifiedAt === null ? null : isoFromJson(lastVerifiedAt),
  }
}

/** Adds to the counts of keys. */
export function countKeys(aside: Queries, counts: KeyCounts): Promise<unknown> {
  return aside.run(
    statement('select count_api_keys($1, $2, $3, $4, $5)', [
      ...arraysOf(counts),
      textArray(counts.verifiedIps),
    ]),
  )
}

/** Notes what is to be added to the counts of keys. */
export function noteCounts(aside: Queries, parts: readonly PartCounts[]): Promise<unknown> {
  const firsts: number[] = []
  const lasts: number[] = []
  for (const { counts } of parts) {
    const before = lasts.at(-1) ?? 0
    firsts.push(before + 1)
    lasts.push(before + counts.ids.length)
  }
  return aside.run(
    statement('select note_api_key_counts_by_part($1, $2, $3, $4, $5, $6, $7, $8)', [
      integerArray(parts.map(({ part }) => part)),
      integerArray(firsts),
      integerArray(lasts),
      ...arraysOf(together(parts)),
      textArray(parts.map(({ counts }) => linesOf(counts.verifiedIps))),
    ]),
  )
}

/** Adds what was noted of one part of the keys, by whatever node. */
export function foldCounts(aside: Queries, part: number): Promise<unknown> {
  return aside.run(statement('select fold_api_key_counts($1)', [part]))
}

/** The parts of which something was noted so many minutes ago and not added yet. */
export async function findUnfoldedParts(aside: Queries, minutes: number): Promise<readonly number[]> {
  const { parts } = await aside.one(
    statement<{ parts: number[] | null }>('select find_unfolded_counts(make_interval(mins => $1)) as parts', [
      minutes,
    ]),
  )
  return parts ?? []
}

function arraysOf({ environmentIds, ids, times, verifiedAt }: KeyCounts) {
  return [idArray(environmentIds), idArray(ids), integerArray(times), instantArray(verifiedAt)]
}

/**
 * A line for each; null where none is known, as of most parts none is. An address is whatever a caller says that it is:
 * one that has lines of its own stays one line, or those of the keys after it would be of others.
 */
function linesOf(addresses: readonly (string | null)[]): string | null {
  if (addresses.every((address) => address === null)) return null
  return addresses.map((address) => address?.replaceAll('\n', ' ')).join('\n')
}

/** Which of the costs of one key were paid, and what is left of its credits. */
export function spendCredits(queries: Queries, id: string, costs: readonly number[]) {
  return queries.one(
    statement<{ granted: boolean[]; credits_left: number | null }>(
      'select * from spend_api_key_credits($1, $2)',
      [id, costs],
    ),
  )
}

export { createRequestCounter } from '#platform/db/count-together'
