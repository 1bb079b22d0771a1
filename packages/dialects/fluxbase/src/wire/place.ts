import { api, type Caller, type DialectRequest, type DialectSetting, Refusal } from '@claviger/contract'
import { isByServiceKey, tenantNamedBy } from './credential.js'

/**
 * The environment that a request is for, as `Claviger-Environment` names it: of an administrator the `live` one of
 * the tenant that it names, else the default of the server. A key is for its own, and no other may be named with it.
 */
export async function environmentOf(
  request: DialectRequest,
  call: Caller,
  { defaultEnvironment }: DialectSetting,
  tenantId = tenantNamedBy(request),
): Promise<string | undefined> {
  if (isByServiceKey(request)) {
    if (tenantId !== undefined) await requireOwnTenant(call, tenantId)
    return undefined
  }
  if (tenantId === undefined) return defaultEnvironment
  const { project } = await call(api.projects.getProject, { params: { projectId: tenantId } })
  return liveOf(project)
}

export function liveOf({ slug }: { readonly slug: string }): string {
  return `${slug}/live`
}

async function requireOwnTenant(call: Caller, tenantId: string): Promise<void> {
  const { environment } = await call(api.environments.getEnvironment)
  if (environment.projectId !== tenantId.toLowerCase()) {
    throw new Refusal(403, 'ACCESS_DENIED', 'The service key is for another tenant than the request names.')
  }
}
