import { createHash } from 'node:crypto'

/** A short name for a path, for places where its full length or its characters would be in the way. */
export function pathHash(path: string): string {
  return createHash('sha256').update(path).digest('hex').slice(0, 12)
}
