import { errors } from '@claviger/contract'
import { isoTime } from '#kernel/clock'
import { fail, invalid } from '#kernel/failure'

/** The most one metadata bucket may hold, in bytes of JSON. */
export const metadataSizeBytesMax = 32 * 1024

export interface MetadataBuckets {
  readonly publicMetadata?: Record<string, unknown>
  readonly privateMetadata?: Record<string, unknown>
  readonly unsafeMetadata?: Record<string, unknown>
}

/** Refuses a bucket that is larger than a user record should carry. */
export function checkMetadata(buckets: MetadataBuckets): void {
  const { publicMetadata, privateMetadata, unsafeMetadata } = buckets
  for (const [bucket, value] of Object.entries({ publicMetadata, privateMetadata, unsafeMetadata })) {
    if (value && Buffer.byteLength(JSON.stringify(value)) > metadataSizeBytesMax) {
      throw fail(errors.metadata_too_large, { bucket, sizeBytesMax: metadataSizeBytesMax })
    }
  }
}

/** What a change of the ban fields asks for: to ban, to lift a ban, to change a ban in force, or nothing of it. */
export function banChange(
  patch: { isBanned?: boolean; banReason?: string | null; banExpiresAt?: string | null },
  current: { is_banned: boolean },
): 'ban' | 'unban' | 'amend' | 'none' {
  if (patch.isBanned === true) return current.is_banned ? 'amend' : 'ban'
  if (patch.isBanned === false) return 'unban'
  const names = patch.banReason !== undefined || patch.banExpiresAt !== undefined
  return names && current.is_banned ? 'amend' : 'none'
}

/** The last instant that four digits of a year can write. */
const lastInstantMs = Date.parse('9999-12-31T23:59:59.999Z')

/**
 * When a ban ends, in UTC. One that is over already is refused: it would end every session and keep
 * nobody out. `pointer` is where the caller said it.
 */
export function banEnd(expiresAt: string | null, pointer: string, nowMs: number): string | null {
  if (expiresAt === null) return null
  const timeMs = Date.parse(expiresAt)
  if (timeMs > nowMs && timeMs <= lastInstantMs) return isoTime(timeMs)
  throw invalid(errors.invalid_request, [
    { pointer, code: 'not_in_future', detail: 'must be an instant to come' },
  ])
}
