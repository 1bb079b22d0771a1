import { allowApi } from './allow-api.js'
import { changeApplications } from './change-applications.js'
import { changeScopes } from './change-scopes.js'
import { createApplication } from './create-application.js'
import { deleteApplication } from './delete-application.js'
import { getApplication } from './get-application.js'
import { listApplications } from './list-applications.js'
import { removeApi } from './remove-api.js'
import { rotateApplicationSecret } from './rotate-application-secret.js'
import { updateApplication } from './update-application.js'

export const endpoints = [
  createApplication,
  listApplications,
  getApplication,
  updateApplication,
  deleteApplication,
  rotateApplicationSecret,
  allowApi,
  changeScopes,
  changeApplications,
  removeApi,
]

export { createClientAuthenticator } from './authenticate-client.js'
export { coveredBy, type Grant, grantOf, scopesOf } from './grant.js'
export { permissionsOf } from './management-scopes.js'
export { presentApplication } from './present.js'
export { findApplication, findGrant, findGrantByAudience, holdGrant } from './store.js'
