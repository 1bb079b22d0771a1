import { api } from '@claviger/contract'
import { implement } from '#kernel/endpoint'
import { pageOf, pageRequest } from '#kernel/page'
import { presentApi } from './present.js'
import * as store from './store.js'

/** Lists the APIs of the environment, the management API among them. */
export const listApis = implement(api.apis.listApis).handler(async (call, { query }) => {
  const request = pageRequest(query)
  const page = await store.listApis(call.read, query, request)
  return pageOf('apis', request, page, (row) => presentApi(call, row))
})
