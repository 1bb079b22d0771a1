import type { Call } from '#kernel/call'
import type { Endpoint } from '#kernel/endpoint'
import type { PortalPrincipal } from '#kernel/principal'

/**
 * Does what a signed-in user would do, for whom the portal is: with the user's own keys, or with those of the
 * organization. The handlers look again at all that they would look at, such as the role that the user has by now.
 */
export async function asOwner<T>(
  call: Call<PortalPrincipal>,
  input: Parameters<Endpoint['handle']>[1],
  { user, organization }: { readonly user: Endpoint; readonly organization: Endpoint },
): Promise<T> {
  const { organizationId } = call.principal
  if (organizationId === null) return (await user.handle(call, input)) as T
  const params = { ...input.params, organizationId }
  return (await organization.handle(call, { ...input, params })) as T
}
