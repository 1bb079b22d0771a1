import {
  administrator,
  anyone,
  anyoneAtAll,
  application,
  backend,
  errors,
  portal,
  user,
} from '@claviger/contract'
import { expect, test } from 'vitest'
import { checkAccess } from './access.js'
import { newId } from './ids.js'
import { anonymous, type Principal } from './principal.js'

const key = (...permissions: string[]): Principal => ({ kind: 'secret_key', id: newId(), permissions })
const admin = (...permissions: string[]): Principal => ({ kind: 'administrator', id: newId(), permissions })
const person: Principal = {
  kind: 'user',
  id: newId(),
  sessionId: newId(),
  organizationId: newId(),
  role: 'owner',
}

const inPortal: Principal = { kind: 'portal', id: newId(), linkId: newId(), organizationId: null }
const tokenOf = (...permissions: string[]): Principal => ({
  kind: 'application',
  id: newId(),
  permissions,
  apiId: newId(),
  isManagement: true,
  scopes: permissions,
  jti: newId(),
})
const client: Principal = { kind: 'client', id: newId(), type: 'm2m', tokenLifetimeSeconds: 3600 }

const forUsers = { for: 'signed-in users', access: user }
const forPortals = { for: 'portals that a link opened', access: portal }
const forBackends = { for: 'secret keys, applications and administrators', access: backend('users:write') }
const forClients = { for: 'applications with their client id and secret', access: application }
const forAdministrators = { for: 'administrators', access: administrator('users:write') }
const forInstance = { for: 'administrators', access: administrator('users:write', 'instance') }

test.each([
  ['anyone', anonymous, anyone],
  ['anyone, on the whole instance', anonymous, anyoneAtAll],
  ['a signed-in user where anyone may', person, anyone],
  ['a signed-in user', person, user],
  ['whoever opened a portal', inPortal, portal],
  ['a secret key with the permission', key('users:read', 'users:write'), forBackends.access],
  ['a secret key with every permission', key('*'), forBackends.access],
  ['a secret key that may read everything', key('*:read'), backend('users:read')],
  ['an access token with the permission', tokenOf('users:write'), forBackends.access],
  ['a client', client, application],
  ['an administrator on a route for backends', admin('users:write'), forBackends.access],
  ['an administrator with the permission', admin('users:write'), forAdministrators.access],
  ['an administrator with every permission, on the instance', admin('*'), forInstance.access],
])('checkAccess lets %s in', (_, principal, access) => {
  expect(checkAccess(principal, access)).toBeUndefined()
})

test.each([
  ['an access token', tokenOf('*'), 'token of an application', forUsers],
  ['an access token', tokenOf('*'), 'token of an application', forAdministrators],
  ['an access token', tokenOf('*'), 'token of an application', forClients],
  ['a client', client, 'client secret', forBackends],
  ['a client', client, 'client secret', forUsers],
  ['nobody', anonymous, 'request without credential', forUsers],
  ['a secret key with every permission', key('*'), 'secret key', forUsers],
  ['an administrator with every permission', admin('*'), 'administrator credential', forUsers],
  ['whoever opened a portal', inPortal, 'portal session', forUsers],
  ['whoever opened a portal', inPortal, 'portal session', forBackends],
  ['whoever opened a portal', inPortal, 'portal session', forInstance],
  ['nobody', anonymous, 'request without credential', forPortals],
  ['a signed-in user', person, 'session', forPortals],
  ['a secret key with every permission', key('*'), 'secret key', forPortals],
  ['nobody', anonymous, 'request without credential', forBackends],
  ['the owner of an organization', person, 'session', forBackends],
  ['nobody', anonymous, 'request without credential', forAdministrators],
  ['the owner of an organization', person, 'session', forAdministrators],
  ['a secret key with every permission', key('*'), 'secret key', forAdministrators],
  ['a secret key with every permission', key('*'), 'secret key', forInstance],
])('checkAccess refuses %s as the wrong kind of credential (%#)', (_, principal, kind, route) => {
  expect(() => checkAccess(principal, route.access)).toThrow(
    expect.objectContaining({ definition: errors.wrong_credential, data: { kind, expected: route.for } }),
  )
})

test.each([
  ['a secret key without permissions', key(), forBackends],
  ['a secret key that may only read', key('users:read'), forBackends],
  ['a secret key that may read everything', key('*:read'), forBackends],
  ['a secret key that may write something else', key('organizations:write'), forBackends],
  ['a secret key with a word that looks like all of them', key('users:*', 'USERS:WRITE', '**'), forBackends],
  ['an administrator without permissions', admin(), forBackends],
  ['an administrator that may only read', admin('users:read'), forAdministrators],
  ['an administrator that may write something else', admin('organizations:write'), forInstance],
])('checkAccess refuses %s and names the permission', (_, principal, route) => {
  expect(() => checkAccess(principal, route.access)).toThrow(
    expect.objectContaining({ definition: errors.permission_denied, data: { permission: 'users:write' } }),
  )
})
