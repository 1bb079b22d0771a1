import type { Call } from '#kernel/call'
import type { Queries } from '#kernel/queries'
import * as store from './store.js'

/**
 * Who must prove a second factor: everyone who has one, and everyone whom the environment or an organization
 * asks for one.
 */
export async function demandSecondFactor(
  call: Call,
  queries: Queries,
  userId: string,
): Promise<{ readonly enrolled: boolean } | undefined> {
  const { totp_enabled_at, organization_requires } = await store.findSecondFactors(queries, userId)
  const enrolled = totp_enabled_at !== null
  return enrolled || isRequired(call, organization_requires) ? { enrolled } : undefined
}

/** Whether a user has to have a second factor. */
export function isRequired(call: Call, organizationRequires: boolean): boolean {
  return organizationRequires || call.environment.settings.secondFactor === 'required'
}
