import { type EnvironmentSettings, errors } from '@claviger/contract'
import { hash, verify } from '@node-rs/argon2'
import { fail } from '#kernel/failure'
import { readForeignHash } from './foreign-hash/read-foreign-hash.js'

/** Argon2id with 19 MiB, two passes and one lane: the first choice of OWASP's password storage guide. */
const cost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 }

/** A password as it is hashed: two ways to type the same characters are the same password (RFC 8265 section 4). */
export function normalized(password: string): string {
  return password.normalize('NFKC')
}

/** Refuses a password that the policy of the environment does not allow. */
export function checkPassword(password: string, policy: EnvironmentSettings['passwordPolicy']): void {
  const characters = [...normalized(password)]
  if (characters.length < policy.lengthMin)
    throw fail(errors.password_too_short, { lengthMin: policy.lengthMin })
  const has = (pattern: RegExp) => characters.some((character) => pattern.test(character))
  const missing = [
    policy.uppercase && !has(/\p{Lu}/u) && 'an upper-case letter',
    policy.lowercase && !has(/\p{Ll}/u) && 'a lower-case letter',
    policy.digit && !has(/\p{Nd}/u) && 'a digit',
    policy.symbol && !has(/[^\p{L}\p{N}]/u) && 'a symbol',
  ].filter((part) => part !== false)
  if (missing.length > 0) throw fail(errors.password_too_weak, { missing: missing.join(', ') })
}

export function hashPassword(password: string): Promise<string> {
  return hash(normalized(password), cost)
}

const ownHash = `$argon2id$v=19$m=${cost.memoryCost},t=${cost.timeCost},p=${cost.parallelism}$`

/** Whether a hash is as good as those that are made here. Others are replaced at the next sign-in. */
export function isOwnHash(stored: string): boolean {
  return stored.startsWith(ownHash)
}

let decoy: Promise<string> | undefined

/**
 * Compares a password with a hash, one of ours or one that was imported. Without a hash it compares with a
 * decoy, so that it takes as long as one of ours.
 */
export async function verifyPassword(stored: string | undefined, password: string): Promise<boolean> {
  // What was made elsewhere was made of the characters as they were typed.
  if (stored !== undefined && !isOwnHash(stored)) return readForeignHash(stored)(password)
  decoy ??= hashPassword('the password of nobody')
  const compared = stored ?? (await decoy)
  const typed = normalized(password)
  // Other systems hash at the same cost, so one of ours may be one of theirs.
  const matches =
    (await verify(compared, typed)) || (typed !== password && (await verify(compared, password)))
  return stored !== undefined && matches
}
