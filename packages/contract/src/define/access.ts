/** What a secret key, a token of an application or an administrator may be allowed to do. `*` is every one of them. */
export const permissions = [
  'administrators:read',
  'administrators:write',
  'api_keys:read',
  'api_keys:verify',
  'api_keys:write',
  'apis:read',
  'apis:write',
  'applications:read',
  'applications:write',
  'emails:read',
  'environment:read',
  'environment:write',
  'events:read',
  'identity_providers:read',
  'identity_providers:write',
  'invitations:read',
  'invitations:write',
  'organizations:read',
  'organizations:write',
  'password_hashes:read',
  'portal_links:write',
  'projects:delete',
  'projects:read',
  'projects:write',
  'secret_keys:read',
  'secret_keys:write',
  'sessions:read',
  'sessions:write',
  'signing_keys:read',
  'signing_keys:write',
  'text_messages:read',
  'users:read',
  'users:write',
] as const
export type Permission = (typeof permissions)[number]

/**
 * Who may call a route. The pipeline enforces it before anything else of the request is looked at.
 *
 * - `anyone`: no credential is read; an environment is resolved when the route needs one.
 * - `user`: an end user's session; in the scope `administration` that of an administrator.
 * - `backend`: a secret key, an application with an access token, or an administrator, in one environment.
 * - `application`: an OAuth client with its client id and secret (RFC 6749 section 2.3.1), in its environment.
 * - `portal`: whoever opened a portal link, by its cookie; it opens nothing else.
 * - `administrator`: an administrator only. In one environment, which it names; in one `project`, which the path
 *   names, or in the list of those that it administers; or on the whole `instance`, for which administering
 *   single projects is not enough.
 *
 * The scope `administration` is the environment of the instance itself, whose users are the administrators. No
 * request can name it: a route is in it or is not. Administering single projects is not enough for it either.
 */
export type Access =
  | { readonly by: 'anyone'; readonly scope: 'environment' | 'instance' | 'administration' }
  | { readonly by: 'user'; readonly scope: 'environment' | 'administration' }
  | { readonly by: 'backend'; readonly scope: 'environment'; readonly permission: Permission }
  | { readonly by: 'application'; readonly scope: 'environment' }
  | { readonly by: 'portal'; readonly scope: 'environment' }
  | {
      readonly by: 'administrator'
      readonly scope: 'environment' | 'project' | 'instance' | 'administration'
      readonly permission: Permission
    }

/** Shorthands, so that a route's access reads as one word and its permission. */
export const anyone = { by: 'anyone', scope: 'environment' } as const satisfies Access
export const anyoneAtAll = { by: 'anyone', scope: 'instance' } as const satisfies Access
export const user = { by: 'user', scope: 'environment' } as const satisfies Access
/** Whoever has yet to prove to be an administrator, and one who has. */
export const anyAdministration = { by: 'anyone', scope: 'administration' } as const satisfies Access
export const signedInAdministrator = { by: 'user', scope: 'administration' } as const satisfies Access
export const application = { by: 'application', scope: 'environment' } as const satisfies Access
export const portal = { by: 'portal', scope: 'environment' } as const satisfies Access
export const backend = (permission: Permission): Extract<Access, { by: 'backend' }> => ({
  by: 'backend',
  scope: 'environment',
  permission,
})
export const administrator = (
  permission: Permission,
  scope: 'environment' | 'project' | 'instance' | 'administration' = 'environment',
): Extract<Access, { by: 'administrator' }> => ({
  by: 'administrator',
  scope,
  permission,
})
