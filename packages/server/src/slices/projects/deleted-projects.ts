import { administrator } from '@claviger/contract'
import { checkAccess } from '#kernel/access'
import type { Call } from '#kernel/call'

/** Refuses to show deleted projects to who could neither recover nor purge one. */
export function checkMaySeeDeleted(
  { principal }: Call,
  { includeDeleted }: { includeDeleted?: boolean },
): void {
  if (includeDeleted) checkAccess(principal, administrator('projects:delete', 'instance'))
}
