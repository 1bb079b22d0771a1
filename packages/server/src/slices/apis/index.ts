import { createApi } from './create-api.js'
import { createApiScope } from './create-api-scope.js'
import { deleteApi } from './delete-api.js'
import { deleteApiScope } from './delete-api-scope.js'
import { getApi } from './get-api.js'
import { getApiScope } from './get-api-scope.js'
import { listApiScopes } from './list-api-scopes.js'
import { listApis } from './list-apis.js'
import { listMyApis } from './list-my-apis.js'
import { updateApi } from './update-api.js'
import { updateApiScope } from './update-api-scope.js'

export const endpoints = [
  createApi,
  listApis,
  getApi,
  updateApi,
  deleteApi,
  createApiScope,
  listApiScopes,
  getApiScope,
  updateApiScope,
  deleteApiScope,
  listMyApis,
]

export { audiencesOf, isManagementAudience } from './management-api.js'
export { keysOfScopes, type ScopeNames } from './scope-names.js'
export { type ApiRow, findManagementApi, holdApi, holdScopes } from './store.js'
