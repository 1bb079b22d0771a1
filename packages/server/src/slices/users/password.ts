import { type EnvironmentSettings, errors } from '@claviger/contract'
import { hash, verify } from '@node-rs/argon2'
import { fail } from '#kernel/failure'

/** Argon2id with 19 MiB, two passes and one lane: the first choice of OWASP's password storage guide. */
const cost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 }

/** A password as it is hashed: two ways to type the same characters are the same password (RFC 8265 section 4). */
function normalized(password: string): string {
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

let decoy: Promise<string> | undefined

/** Compares a password with a hash. Without a hash it compares with a decoy, so that it takes as long. */
export async function verifyPassword(stored: string | undefined, password: string): Promise<boolean> {
  decoy ??= hashPassword('the password of nobody')
  const matches = await verify(stored ?? (await decoy), normalized(password))
  return stored !== undefined && matches
}
