import { errors } from '@claviger/contract'
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

/** Refuses an end that has passed: such a ban would end every session and keep nobody out. */
export function checkBanEnd(expiresAt: string | null, pointer: string, nowMs: number): void {
  if (expiresAt === null || Date.parse(expiresAt) > nowMs) return
  throw invalid(errors.invalid_request, [{ pointer, code: 'not_in_future', detail: 'must be in the future' }])
}
