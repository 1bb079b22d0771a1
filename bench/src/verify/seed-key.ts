import { createHash } from 'node:crypto'

const prefix = 'k_live_'

/** The length of every seeded key. */
export const seedKeyLength = 50

/** The seeded key with this index: the same for every contestant, so that none of them needs a list. */
export function seedKey(index: number): string {
  return prefix + createHash('sha256').update(`key-${index}`).digest('base64url')
}

/** The same key as an SQL expression, for seeds that build their rows inside PostgreSQL. */
export function seedKeySql(indexExpression: string): string {
  const encoded = `encode(sha256(('key-' || (${indexExpression}))::bytea), 'base64')`
  return `'${prefix}' || rtrim(translate(${encoded}, '+/', '-_'), '=')`
}

/** The indexes whose answers are checked by hand, from all over the keys. */
export function checkedIndexes(keyCount: number): readonly number[] {
  const checkedCount = Math.min(20, keyCount)
  return Array.from({ length: checkedCount }, (_, place) => Math.floor((place * keyCount) / checkedCount))
}

/** How many keys a seeded user has. */
export const keysPerUser = 10
