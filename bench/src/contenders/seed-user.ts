/** The email of the seeded user with this index: the same in every contender, so that answers compare. */
export function seedEmail(index: number): string {
  return `user-${seedNumber(index)}@bench.example`
}

/** The part of that email that no other one has. */
export function seedNumber(index: number): string {
  return String(index).padStart(7, '0')
}

/** The same email as an SQL expression, for seeds that build their rows inside PostgreSQL. */
export function seedEmailSql(indexExpression: string): string {
  return `'user-' || lpad((${indexExpression})::text, 7, '0') || '@bench.example'`
}

/** The password of all who have one: it is hashed once, so that a seed does not take hours. */
export const seedPassword = 'Correct-horse-battery-9'

/** The last user with a password; the first is 1, because 0 may be the caller with one of its own. */
export const lastPasswordIndex = 4_096

/** The indexes of the users who sign in with `seedPassword`. */
export function passwordIndexes(userCount: number): readonly number[] {
  return Array.from({ length: Math.min(lastPasswordIndex, userCount - 1) }, (_, offset) => offset + 1)
}
