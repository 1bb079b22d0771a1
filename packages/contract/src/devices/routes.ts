import Type from 'typebox'
import { backend, Done, defineRoute, Page, pageQuery, user } from '../define/index.js'
import { sessionEvents } from '../sessions/events.js'
import { userErrors } from '../users/errors.js'
import { deviceErrors } from './errors.js'
import { deviceEvents } from './events.js'
import { Device } from './schemas.js'

const known = { deviceId: deviceErrors.device_not_found }
const ofUser = { userId: userErrors.user_not_found }

export const listMyDevices = defineRoute({
  id: 'me.listDevices',
  method: 'GET',
  path: '/v1/me/devices',
  summary: 'List the devices of the signed-in user, newest first',
  access: user,
  query: Type.Object(pageQuery),
  status: 200,
  response: Page('devices', Device),
  errors: [],
  emits: [],
})

export const deleteMyDevice = defineRoute({
  id: 'me.deleteDevice',
  method: 'DELETE',
  path: '/v1/me/devices/:deviceId',
  summary: 'Forget a device of the signed-in user, and end its sessions',
  access: user,
  params: known,
  status: 200,
  response: Done,
  errors: [],
  emits: [deviceEvents['device.deleted'], sessionEvents['session.revoked']],
})

export const listDevices = defineRoute({
  id: 'users.listDevices',
  method: 'GET',
  path: '/v1/admin/users/:userId/devices',
  summary: 'List the devices of a user, newest first',
  access: backend('users:read'),
  params: ofUser,
  query: Type.Object(pageQuery),
  status: 200,
  response: Page('devices', Device),
  errors: [],
  emits: [],
})

export const deleteDevice = defineRoute({
  id: 'users.deleteDevice',
  method: 'DELETE',
  path: '/v1/admin/users/:userId/devices/:deviceId',
  summary: 'Forget a device of a user, and end its sessions',
  access: backend('users:write'),
  params: { ...ofUser, ...known },
  status: 200,
  response: Done,
  errors: [],
  emits: [deviceEvents['device.deleted'], sessionEvents['session.revoked']],
})
