import {
  type Api,
  type ApiScope,
  type Application,
  api,
  type Caller,
  type DialectRoute,
  Refusal,
} from '@claviger/contract'
import { badIfUnknown, invalid } from './errors.js'
import { byName, everything } from './everything.js'
import { fieldsOf, given, short } from './fields.js'
import { apiId, applicationId, scopeId } from './ids.js'
import { answer, ok, route } from './route.js'
import { permissionOf } from './scopes.js'

type Params = Readonly<Record<string, string>>

const listApis = route('read:apis', {
  method: 'GET',
  path: '/api/v1/apis',
  async handle({ query }, call) {
    const withScopes = fieldsOf(query).oneOf('expand', ['scopes']) !== undefined
    const apis = await everything(
      (page) => call(api.apis.listApis, { query: page }),
      (page) => page.apis,
    )
    const shown = [...apis].sort(byName).map(async (each) => ({
      ...apiOf(each),
      ...(withScopes && { scopes: (await scopesOf(each, call)).map(scopeInApi) }),
    }))
    return ok({ next_token: null, apis: await Promise.all(shown) })
  },
})

const createApi = route('create:apis', {
  method: 'POST',
  path: '/api/v1/apis',
  async handle({ body }, call) {
    const fields = fieldsOf(body)
    const { api: made } = await call(api.apis.createApi, {
      body: {
        name: short('name', fields.required('name')),
        audience: short('audience', fields.required('audience')),
      },
    })
    return answer(201, 'API_CREATED', 'API created', { api: { id: apiId.of(made.id) } })
  },
})

const getApi = route('read:apis', {
  method: 'GET',
  path: '/api/v1/apis/:apiId',
  async handle({ params }, call) {
    const { api: found } = await call(api.apis.getApi, { params: knownApi(params) })
    const [scopes, applications] = await Promise.all([scopesOf(found, call), applicationsOf(found, call)])
    return ok({ api: { ...apiOf(found), scopes: scopes.map(scopeInApi), ...given({ applications }) } })
  },
})

const deleteApi = route('delete:apis', {
  method: 'DELETE',
  path: '/api/v1/apis/:apiId',
  async handle({ params }, call) {
    await call(api.apis.deleteApi, { params: knownApi(params) })
    return answer(200, 'API_DELETED', 'API successfully deleted')
  },
})

const listScopes = route('read:api_scopes', {
  method: 'GET',
  path: '/api/v1/apis/:apiId/scopes',
  async handle({ params }, call) {
    const { api: found } = await call(api.apis.getApi, { params: knownApi(params) })
    return ok({ scopes: (await scopesOf(found, call)).map(scopeOf) })
  },
})

const createScope = route('create:api_scopes', {
  method: 'POST',
  path: '/api/v1/apis/:apiId/scopes',
  async handle({ params, body }, call) {
    const fields = fieldsOf(body)
    const { scope } = await call(api.apis.createApiScope, {
      params: knownApi(params),
      body: { key: fields.required('key'), ...given({ description: fields.text('description') }) },
    })
    return answer(201, 'API_SCOPE_CREATED', 'API scope created', { scope: { id: scopeId.of(scope.id) } })
  },
})

const getScope = route('read:api_scopes', {
  method: 'GET',
  path: '/api/v1/apis/:apiId/scopes/:scopeId',
  async handle({ params }, call) {
    const ofManagement = managementScopes.find(({ id }) => id === params.scopeId)
    if (ofManagement) {
      const { api: found } = await call(api.apis.getApi, { params: knownApi(params) })
      if (found.isManagement) return ok({ scope: scopeOf(ofManagement) })
    }
    const { scope } = await call(api.apis.getApiScope, { params: knownScope(params) })
    return ok({ scope: scopeOf({ ...scope, id: scopeId.of(scope.id) }) })
  },
})

const updateScope = route('update:api_scopes', {
  method: 'PATCH',
  path: '/api/v1/apis/:apiId/scopes/:scopeId',
  async handle({ params, body }, call) {
    const description = fieldsOf(body).text('description') ?? null
    await call(api.apis.updateApiScope, { params: knownScope(params), body: { description } })
    return answer(200, 'API_SCOPE_UPDATED', 'API scope updated')
  },
})

const deleteScope = route('delete:apis_scopes', {
  method: 'DELETE',
  path: '/api/v1/apis/:apiId/scopes/:scopeId',
  async handle({ params }, call) {
    await call(api.apis.deleteApiScope, { params: knownScope(params) })
    return answer(200, 'API_SCOPE_DELETED', 'API scope deleted')
  },
})

const updateApplications = route('update:apis', {
  method: 'PATCH',
  path: '/api/v1/apis/:apiId/applications',
  async handle({ params, body }, call) {
    const { connected, disconnected } = connectionsOf(body)
    await call(api.applications.changeApplications, {
      params: knownApi(params),
      body: { allow: connected.map(applicationId.read), remove: disconnected.map(applicationId.read) },
    }).catch(badIfUnknown('application_not_found'))
    return answer(200, 'API_APPLICATIONS_UPDATED', 'API applications updated', {
      applications_connected: connected,
      applications_disconnected: disconnected,
    })
  },
})

/** The ids of the applications that are to be connected, and of those that are not to be any more. */
function connectionsOf(body: unknown) {
  const { applications } = (body ?? {}) as { applications?: unknown }
  if (!Array.isArray(applications)) throw invalid('`applications` must be a list of applications.')
  const asked = applications.map((each) => {
    const fields = fieldsOf(each)
    return { id: fields.required('id'), isDelete: fields.oneOf('operation', ['delete']) !== undefined }
  })
  const idsOf = (isDelete: boolean) => [
    ...new Set(asked.filter((each) => each.isDelete === isDelete).map(({ id }) => id)),
  ]
  return { connected: idsOf(false), disconnected: idsOf(true) }
}

const addApplicationScope = route('create:api_application_scopes', {
  method: 'POST',
  path: '/api/v1/apis/:apiId/applications/:applicationId/scopes/:scopeId',
  async handle({ params }, call) {
    const body = { add: [params.scopeId ?? ''] }
    await call(api.applications.changeScopes, { params: knownConnection(params), body })
    return answer(200, 'API_APPLICATION_SCOPE_ADDED', 'API application scope added')
  },
})

const removeApplicationScope = route('delete:apis_application_scopes', {
  method: 'DELETE',
  path: '/api/v1/apis/:apiId/applications/:applicationId/scopes/:scopeId',
  async handle({ params }, call) {
    const body = { remove: [params.scopeId ?? ''] }
    await call(api.applications.changeScopes, { params: knownConnection(params), body })
    return answer(200, 'API_APPLICATION_SCOPE_DELETED', 'API application scope deleted')
  },
})

const knownApi = (params: Params) => ({ apiId: apiId.read(params.apiId ?? '') })
const knownScope = (params: Params) => ({
  ...knownApi(params),
  scopeId: scopeId.read(params.scopeId ?? ''),
})

const knownConnection = (params: Params) => ({
  ...knownApi(params),
  applicationId: applicationId.read(params.applicationId ?? ''),
})

/** The scopes of an API; of the management API those that the routes here ask for, whose keys are their ids. */
async function scopesOf({ id, isManagement }: Api, call: Caller): Promise<readonly Scope[]> {
  if (isManagement) return managementScopes
  const scopes = await everything(
    (page) => call(api.apis.listApiScopes, { params: { apiId: id }, query: page }),
    (page) => page.scopes,
  )
  return scopes.map((scope) => ({ ...scope, id: scopeId.of(scope.id) }))
}

type Scope = Pick<ApiScope, 'id' | 'key' | 'description'>

const managementScopes: readonly Scope[] = Object.keys(permissionOf).map((key) => ({
  id: key,
  key,
  description: null,
}))

/** Who may get tokens for an API; left out for a token that may read APIs, but no applications. */
async function applicationsOf({ id }: Api, call: Caller) {
  const found = await everything(
    (page) => call(api.applications.listApplications, { query: { ...page, apiId: id } }),
    (page) => page.applications,
  ).catch((error) => {
    if (error instanceof Refusal && error.code === 'permission_denied') return undefined
    throw error
  })
  return found?.map(applicationInApi)
}

const apiOf = (it: Api) => ({
  id: apiId.of(it.id),
  name: it.name,
  audience: it.audience,
  is_management_api: it.isManagement,
})

const scopeInApi = ({ id, key }: Scope) => ({ id, key })

const scopeOf = ({ id, key, description }: Scope) => ({ id, key, description: description ?? '' })

const typeNames = {
  m2m: 'Machine to machine (M2M)',
  reg: 'Back-end web',
  spa: 'Front-end and mobile',
  device: 'Device and IoT',
} as const satisfies Record<Application['type'], string>

const applicationInApi = ({ id, name, type }: Application) => ({
  id: applicationId.of(id),
  name,
  type: typeNames[type],
  is_active: true,
})

export const apiRoutes: readonly DialectRoute[] = [
  listApis,
  createApi,
  getApi,
  deleteApi,
  listScopes,
  createScope,
  getScope,
  updateScope,
  deleteScope,
  updateApplications,
  addApplicationScope,
  removeApplicationScope,
]
