import { errors } from '@claviger/contract'
import { invalid } from '#kernel/failure'
import { checkBucket } from '#kernel/metadata'

export { metadataSizeBytesMax } from '#kernel/metadata'

export interface MetadataBuckets {
  readonly publicMetadata?: Record<string, unknown>
  readonly privateMetadata?: Record<string, unknown>
  readonly unsafeMetadata?: Record<string, unknown>
}

/** Refuses a bucket that is larger than a user record should carry. */
export function checkMetadata(buckets: MetadataBuckets): void {
  const { publicMetadata, privateMetadata, unsafeMetadata } = buckets
  const all = { publicMetadata, privateMetadata, unsafeMetadata }
  for (const [bucket, value] of Object.entries(all)) checkBucket(bucket, value)
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
