import { FluxbaseError } from './fluxbase-error.js'

/**
 * Encodes an id as one segment of a path.
 *
 * URL parsers resolve `.` and `..` even when they are percent-encoded, so `removeAdmin(id, '..')` would become a
 * DELETE of the tenant itself. Nothing has such an id, or none: the answer is 404, without a request.
 */
export function pathSegment(id: string): string {
  if (['', '.', '..'].includes(id)) throw new FluxbaseError('Not found', 404)
  return encodeURIComponent(id)
}
