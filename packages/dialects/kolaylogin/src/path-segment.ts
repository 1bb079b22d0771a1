import { adminError } from './admin-error.js'

/**
 * Encodes an id as one segment of a path.
 *
 * URL parsers resolve `.` and `..` even when they are percent-encoded, so `removeMember(orgId, '..')` would
 * become a DELETE of the organization itself. Nothing has such an id: the answer is 404, without a request.
 */
export function pathSegment(id: string): string {
  if (id === '.' || id === '..') throw adminError(404, null)
  return encodeURIComponent(id)
}
