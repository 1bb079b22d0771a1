import { api, errors } from '@claviger/contract'
import { implement } from '#kernel/endpoint'
import { fail } from '#kernel/failure'
import { pageOf, pageRequest } from '#kernel/page'
import { findUser } from '#slices/users'
import { presentDevice } from './present.js'
import * as store from './store.js'

/** Lists the devices of a user, newest first. */
export const listDevices = implement(api.devices.listDevices).handler(async (call, { params, query }) => {
  const request = pageRequest(query)
  const [user, rows] = await Promise.all([
    findUser(call.read, params.userId),
    store.listDevices(call.read, params.userId, request),
  ])
  if (!user) throw fail(errors.user_not_found)
  return pageOf('devices', request, rows, presentDevice)
})
