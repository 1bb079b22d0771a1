import { type Application, api, type Caller, type DialectRoute } from '@claviger/contract'
import { invalid } from './errors.js'
import { byName, everything } from './everything.js'
import { type Fields, fieldsOf } from './fields.js'
import { applicationId } from './ids.js'
import { answer, ok, route } from './route.js'

const types = ['reg', 'spa', 'm2m', 'device'] as const

const listApplications = route('read:applications', {
  method: 'GET',
  path: '/api/v1/applications',
  async handle({ query }, call) {
    const { applications, nextToken } = await pageOfApplications(fieldsOf(query), call)
    return ok({ applications: applications.map(inList), next_token: nextToken })
  },
})

/** Pages by name or newest first. An environment has few applications: by name they are read whole and put in order. */
async function pageOfApplications(fields: Fields, call: Caller) {
  const limit = fields.pageSize(10)
  const token = fields.text('next_token')
  const sort = fields.oneOf('sort', ['name_asc', 'name_desc'])
  if (sort === undefined) {
    const query = { limit, ...(token !== undefined && { after: token }) }
    const { applications, nextCursor } = await call(api.applications.listApplications, { query })
    return { applications, nextToken: nextCursor }
  }
  const all = [
    ...(await everything(
      (page) => call(api.applications.listApplications, { query: page }),
      (page) => page.applications,
    )),
  ].sort(byName)
  if (sort === 'name_desc') all.reverse()
  const start = token === undefined ? 0 : all.findIndex(({ id }) => id === token) + 1
  const applications = all.slice(start, start + limit)
  return { applications, nextToken: start + limit < all.length ? (applications.at(-1)?.id ?? null) : null }
}

const createApplication = route('create:applications', {
  method: 'POST',
  path: '/api/v1/applications',
  async handle({ body }, call) {
    const fields = fieldsOf(body)
    if (fields.text('org_code') !== undefined)
      throw invalid('Applications are not scoped to an organization here. Leave `org_code` out.')
    const type = fields.oneOf('type', types)
    if (type === undefined) throw invalid('`type` is required.')
    const { application, clientSecret } = await call(api.applications.createApplication, {
      body: { name: fields.required('name'), type },
    })
    return answer(201, 'APPLICATION_CREATED', 'Application created', {
      application: {
        id: applicationId.of(application.id),
        client_id: applicationId.of(application.id),
        client_secret: clientSecret,
      },
    })
  },
})

const getApplication = route('read:applications', {
  method: 'GET',
  path: '/api/v1/applications/:applicationId',
  async handle({ params }, call) {
    const { application } = await call(api.applications.getApplication, { params: known(params) })
    return ok({
      application: { ...inList(application), client_id: applicationId.of(application.id) },
    })
  },
})

/** What Kinde keeps of the pages of an application is not kept here, so nobody is left to believe that it was. */
const elsewhere = ['language_key', 'logout_uris', 'redirect_uris', 'login_uri', 'homepage_uri']

const updateApplication = route('update:applications', {
  method: 'PATCH',
  path: '/api/v1/applications/:applicationId',
  async handle({ params, body }, call) {
    const fields = fieldsOf(body)
    const foreign = elsewhere.find((name) => name in ((body ?? {}) as object))
    if (foreign !== undefined)
      throw invalid(`\`${foreign}\` of an application is not kept here; \`name\` is.`)
    const name = fields.text('name')
    await call(api.applications.updateApplication, {
      params: known(params),
      body: name === undefined ? {} : { name },
    })
    return answer(200, 'APPLICATION_UPDATED', 'Application updated')
  },
})

const deleteApplication = route('delete:applications', {
  method: 'DELETE',
  path: '/api/v1/applications/:applicationId',
  async handle({ params }, call) {
    await call(api.applications.deleteApplication, { params: known(params) })
    return answer(200, 'APPLICATION_DELETED', 'Application successfully deleted')
  },
})

const known = (params: Readonly<Record<string, string>>) => ({
  applicationId: applicationId.read(params.applicationId ?? ''),
})

/** The client secret was in the answer that made the application, and is in no other. */
const inList = ({ id, name, type }: Application) => ({ id: applicationId.of(id), name, type })

export const applicationRoutes: readonly DialectRoute[] = [
  listApplications,
  createApplication,
  getApplication,
  updateApplication,
  deleteApplication,
]
