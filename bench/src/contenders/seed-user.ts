/** The email of the seeded user with this index: the same in every contender, so that answers compare. */
export function seedEmail(index: number): string {
  return `user-${String(index).padStart(7, '0')}@bench.example`
}

/** The same email as an SQL expression, for seeds that build their rows inside PostgreSQL. */
export function seedEmailSql(indexExpression: string): string {
  return `'user-' || lpad((${indexExpression})::text, 7, '0') || '@bench.example'`
}
