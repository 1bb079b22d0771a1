import { type Access, errors } from '@claviger/contract'
import { fail } from './failure.js'
import { type BackendPrincipal, holds, type Principal } from './principal.js'

const names = {
  secret_key: 'secret key',
  application: 'token of an application',
  client: 'client secret',
  administrator: 'administrator credential',
  user: 'session',
  portal: 'portal session',
  anonymous: 'request without credential',
} as const

const expectations = {
  anyone: 'anyone',
  user: 'signed-in users',
  backend: 'secret keys, applications and administrators',
  application: 'applications with their client id and secret',
  portal: 'portals that a link opened',
  administrator: 'administrators',
} as const

/** Refuses a caller that may not do this: 403 for the wrong kind of credential or a missing permission. */
export function checkAccess(principal: Principal, access: Access): void {
  switch (access.by) {
    case 'anyone':
      return
    case 'user':
      if (principal.kind !== 'user') throw wrongCredential(principal, access)
      return
    case 'backend':
      if (!isBackend(principal)) throw wrongCredential(principal, access)
      if (!holds(principal, access.permission))
        throw fail(errors.permission_denied, { permission: access.permission })
      return
    case 'application':
      if (principal.kind !== 'client') throw wrongCredential(principal, access)
      return
    case 'portal':
      if (principal.kind !== 'portal') throw wrongCredential(principal, access)
      return
    case 'administrator':
      if (principal.kind !== 'administrator') throw wrongCredential(principal, access)
      if (!holds(principal, access.permission) || isAbove(access, principal.projectIds))
        throw fail(errors.permission_denied, { permission: access.permission })
  }
}

function isBackend(principal: Principal): principal is BackendPrincipal {
  return 'permissions' in principal
}

/** Whether a route is above single projects for somebody who administers no more than those. */
function isAbove({ scope }: Access, projectIds: readonly string[] | undefined): boolean {
  return projectIds !== undefined && (scope === 'instance' || scope === 'administration')
}

/** The refusal of a credential that is good, but not for this. */
export function wrongCredential(principal: Principal, access: Access) {
  const expected = expectations[access.scope === 'administration' ? 'administrator' : access.by]
  return fail(errors.wrong_credential, { kind: names[principal.kind], expected })
}
