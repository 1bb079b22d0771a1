import type { Api } from '@claviger/contract'

/** What the management API is called by tokens: clients know it with and without its version. */
export function managementAudiences(publicUrl: string): [string, string] {
  const base = publicUrl.replace(/\/+$/, '')
  return [`${base}/api`, `${base}/api/v1`]
}

/** Whether an audience means the management API; a slash at its end is the same to everyone. */
export function isManagementAudience(publicUrl: string, audience: string): boolean {
  return managementAudiences(publicUrl).includes(audience.replace(/\/+$/, ''))
}

/** The audiences of a token for an API. */
export function audiencesOf(
  publicUrl: string,
  { audience }: { readonly audience: string | null },
): Api['audience'][] {
  return audience === null ? managementAudiences(publicUrl) : [audience]
}
