import { timingSafeEqual } from 'node:crypto'

/** Compares a password with one hash. A foreign hash is of the characters as they were typed. */
export type Verify = (password: string) => Promise<boolean>

/** How one kind of hash is read: undefined for a text of another kind. */
export type Scheme = (text: string) => Verify | undefined

/** Why a hash is refused, in the words that follow its name. */
export class UnusableHash extends Error {
  override readonly name = 'UnusableHash'
}

/** The most memory that one comparison may take: of a hundred at once, the pool of threads runs four. */
export const memoryBytesMax = 256 * 1024 * 1024

/** Refuses what would keep a sign-in busy for longer than about a second. */
export function limit(what: string, value: number, max: number): void {
  if (!Number.isSafeInteger(value) || value < 1)
    throw new UnusableHash(`has a ${what} that is no number from 1`)
  if (value > max) throw new UnusableHash(`has a ${what} of ${value}, and at most ${max} is taken`)
}

/** Compares in a time that does not tell how much is equal. */
export function isEqual(one: Buffer, other: Buffer): boolean {
  return one.length === other.length && timingSafeEqual(one, other)
}
