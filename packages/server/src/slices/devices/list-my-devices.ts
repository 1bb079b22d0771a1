import { api } from '@claviger/contract'
import { implement } from '#kernel/endpoint'
import { pageOf, pageRequest } from '#kernel/page'
import { presentDevice } from './present.js'
import * as store from './store.js'

/** Lists the devices of the signed-in user, newest first. */
export const listMyDevices = implement(api.devices.listMyDevices).handler(async (call, { query }) => {
  const request = pageRequest(query)
  const rows = await store.listDevices(call.read, call.principal.id, request)
  return pageOf('devices', request, rows, presentDevice)
})
