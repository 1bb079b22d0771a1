import {
  type Administrator,
  api,
  type Caller,
  type DialectRequest,
  type DialectRoute,
  errors,
  type Project,
} from '@claviger/contract'
import { administratorsOf } from './administrator.js'
import { bodyOf, invalid, queryOf } from './fields.js'
import { rowsOf } from './pages.js'

const paramsOf = ({ params: { id = '' } }: DialectRequest) => ({ projectId: id })

function tenantOf({ id, slug, name, isDefault, metadata, status, ...times }: Project) {
  return {
    id,
    slug,
    name,
    is_default: isDefault,
    metadata,
    status: status === 'active' ? 'active' : 'deleting',
    created_at: times.createdAt,
    updated_at: times.updatedAt,
    deleted_at: times.deletedAt,
  }
}

/** Every project that the caller administers. */
export async function projectsOf(call: Caller, includeDeleted = false): Promise<Project[]> {
  const { rows } = await rowsOf(async (query) => {
    const { projects, ...rest } = await call(api.projects.listProjects, {
      query: { ...query, ...(includeDeleted && { includeDeleted }) },
    })
    return { rows: projects, ...rest }
  })
  return rows
}

const listTenants: DialectRoute = {
  method: 'GET',
  path: '/api/v1/admin/tenants',
  async handle(_request, call) {
    const tenants = (await projectsOf(call)).map(tenantOf)
    return { status: 200, headers: { 'x-total-count': String(tenants.length) }, body: tenants }
  },
}

const listMyTenants: DialectRoute = {
  method: 'GET',
  path: '/api/v1/admin/tenants/mine',
  async handle(_request, call) {
    const { administrator } = await call(api.instance.getMe)
    const projects = await projectsOf(call)
    return { status: 200, body: projects.map((each) => ({ ...tenantOf(each), my_role: administrator.role })) }
  },
}

const listDeletedTenants: DialectRoute = {
  method: 'GET',
  path: '/api/v1/admin/tenants/deleted',
  async handle(_request, call) {
    const deleted = (await projectsOf(call, true)).filter(({ deletedAt }) => deletedAt !== null)
    return { status: 200, body: deleted.map(tenantOf) }
  },
}

/** What Fluxbase's server does beside creating a tenant, with the call that does it here. */
const elsewhere = {
  auto_generate_keys: 'Create its keys with POST /api/v1/admin/service-keys and X-FB-Tenant.',
  send_keys_to_email: 'Keys are shown once to whoever creates them, and never mailed.',
  admin_email: 'Invite its administrator with POST /api/v1/admin/invitations.',
  admin_user_id: 'Assign its administrator with POST /api/v1/admin/tenants/:id/admins.',
}

const createTenant: DialectRoute = {
  method: 'POST',
  path: '/api/v1/admin/tenants',
  async handle(request, call) {
    const fields = bodyOf(request)
    for (const [name, instead] of Object.entries(elsewhere)) {
      const value = fields.any(name)
      if (value !== undefined && value !== false && value !== '')
        throw invalid(`${name} is not supported. ${instead}`)
    }
    const { project } = await call(api.projects.createProject, {
      body: {
        slug: fields.required('slug'),
        name: fields.required('name'),
        metadata: fields.object('metadata'),
        ...(fields.boolean('is_default') && { isDefault: true as const }),
      },
    })
    const tenant = tenantOf(project)
    return { status: 201, body: { ...tenant, tenant, invitation_sent: false } }
  },
}

const getTenant: DialectRoute = {
  method: 'GET',
  path: '/api/v1/admin/tenants/:id',
  async handle(request, call) {
    const { project } = await call(api.projects.getProject, { params: paramsOf(request) })
    return { status: 200, body: tenantOf(project) }
  },
}

const updateTenant: DialectRoute = {
  method: 'PATCH',
  path: '/api/v1/admin/tenants/:id',
  async handle(request, call) {
    const fields = bodyOf(request)
    if (fields.has('slug')) throw invalid('The slug of a tenant never changes.')
    const metadata = fields.object('metadata') ?? (fields.has('metadata') ? {} : undefined)
    const { project } = await call(api.projects.updateProject, {
      params: paramsOf(request),
      body: { name: fields.text('name'), metadata },
    })
    return { status: 200, body: tenantOf(project) }
  },
}

const deleteTenant: DialectRoute = {
  method: 'DELETE',
  path: '/api/v1/admin/tenants/:id',
  async handle(request, call) {
    const params = paramsOf(request)
    if (!queryOf(request).boolean('hard')) {
      await call(api.projects.deleteProject, { params })
      return { status: 204 }
    }
    // What is removed for good is confirmed by its name, which whoever asks in Fluxbase's words does not say.
    const { project } = await call(api.projects.getProject, { params, query: { includeDeleted: true } })
    await call(api.projects.purgeProject, { params, body: { confirm: project.slug } })
    return { status: 204 }
  },
}

const recoverTenant: DialectRoute = {
  method: 'POST',
  path: '/api/v1/admin/tenants/:id/recover',
  async handle(request, call) {
    await call(api.projects.recoverProject, { params: paramsOf(request) })
    return { status: 200, body: { status: 'recovered' } }
  },
}

/** A tenant has no database of its own here, so there is never anything to bring up to date. */
const nothingToDo = (path: string): DialectRoute => ({
  method: 'POST',
  path,
  async handle(request, call) {
    await call(api.projects.getProject, { params: paramsOf(request) })
    return { status: 200, body: { status: 'skipped' } }
  },
})

/** What Fluxbase calls the assignment of an administrator to a tenant; it has no id of its own here. */
function assignmentOf({ id, email, name, role, updatedAt }: Administrator, tenantId: string) {
  return { id, tenant_id: tenantId, user_id: id, email, name, role, assigned_at: updatedAt }
}

/** Fluxbase has two names for those who administer a tenant. */
function administratorRoutes(noun: 'admins' | 'members'): readonly DialectRoute[] {
  const path = `/api/v1/admin/tenants/:id/${noun}`
  return [
    {
      method: 'GET',
      path,
      async handle(request, call) {
        const { project } = await call(api.projects.getProject, { params: paramsOf(request) })
        const { rows } = await administratorsOf(call)
        const assigned = rows.filter(({ projectIds }) => projectIds.includes(project.id))
        return { status: 200, body: assigned.map((each) => assignmentOf(each, project.id)) }
      },
    },
    {
      method: 'POST',
      path,
      async handle(request, call) {
        const params = { ...paramsOf(request), administratorId: bodyOf(request).required('user_id') }
        const { administrator } = await call(api.administrators.assignProject, { params }).catch(
          (refusal) => {
            throw refusal.code === errors.administrator_not_found.code
              ? invalid('user_id is not the id of an administrator.')
              : refusal
          },
        )
        return { status: 201, body: assignmentOf(administrator, params.projectId) }
      },
    },
    {
      method: 'DELETE',
      path: `${path}/:user_id`,
      async handle(request, call) {
        const params = { ...paramsOf(request), administratorId: request.params.user_id ?? '' }
        await call(api.administrators.unassignProject, { params })
        return { status: 204 }
      },
    },
  ]
}

export const tenantRoutes: readonly DialectRoute[] = [
  listTenants,
  listMyTenants,
  listDeletedTenants,
  createTenant,
  getTenant,
  updateTenant,
  deleteTenant,
  recoverTenant,
  nothingToDo('/api/v1/admin/tenants/:id/migrate'),
  nothingToDo('/api/v1/admin/tenants/:id/repair'),
  ...administratorRoutes('admins'),
  ...administratorRoutes('members'),
]
