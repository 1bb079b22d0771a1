import { errors } from '@claviger/contract'
import { fail } from './failure.js'

/** The most one metadata bucket may hold, in bytes of JSON. */
export const metadataSizeBytesMax = 32 * 1024

/** Refuses a bucket that is larger than a record should carry. */
export function checkBucket(bucket: string, value: Record<string, unknown> | undefined): void {
  if (value && Buffer.byteLength(JSON.stringify(value)) > metadataSizeBytesMax) {
    throw fail(errors.metadata_too_large, { bucket, sizeBytesMax: metadataSizeBytesMax })
  }
}
