import type { Connection } from './connection.js'
import { pathSegment } from './path-segment.js'

/** A product with users and keys of its own. */
export type Tenant = {
  id: string
  /** Small letters, digits and hyphens. It never changes. */
  slug: string
  name: string
  /** Exactly one tenant is the default. It cannot be deleted. */
  is_default: boolean
  // biome-ignore lint/suspicious/noExplicitAny: it is whatever the application has put there.
  metadata: Record<string, any> | null
  /** ISO 8601 time. */
  created_at: string
  /** ISO 8601 time. */
  updated_at: string
  /** ISO 8601 time; null while it is alive. */
  deleted_at: string | null
  status?: 'creating' | 'active' | 'deleting' | 'error'
}

/** Every tenant that is alive. */
export type ListTenantsResponse = { tenants: Tenant[]; total: number }

/** A tenant, and what the administrator who asks is in it. */
export type TenantWithRole = Tenant & { my_role: string }

/** A new tenant. */
export type CreateTenantRequest = {
  /** 1 to 63 small letters, digits and hyphens, beginning with a letter and ending with none of the hyphens. */
  slug: string
  name: string
  /** True makes it the default, in place of the one that is. */
  is_default?: boolean | undefined
  // biome-ignore lint/suspicious/noExplicitAny: it is whatever the application puts there.
  metadata?: Record<string, any> | undefined
}

/** What of a tenant is to change; `metadata` is replaced whole. */
export type UpdateTenantRequest = Partial<Pick<CreateTenantRequest, 'name' | 'metadata'>>

/** Who shall administer a tenant. */
export type AssignTenantAdminRequest = { user_id: string }

/** That somebody administers a tenant. */
export type TenantAdminAssignment = {
  id: string
  tenant_id: string
  user_id: string
  email?: string
  assigned_at?: string
}

/** Tenants, and who administers them. What the server refuses is thrown as a `FluxbaseError`. */
export class FluxbaseTenants {
  readonly #connection: Connection

  constructor(connection: Connection) {
    this.#connection = connection
  }

  /** Lists every tenant that is alive. It takes an `instance_admin`. */
  async list(): Promise<ListTenantsResponse> {
    const tenants = await this.#connection.get<Tenant[]>(path)
    return { tenants, total: tenants.length }
  }

  /** Lists the tenants that whoever is signed in administers. */
  listMine(): Promise<TenantWithRole[]> {
    return this.#connection.get(`${path}/mine`)
  }

  /**
   * Reads one tenant.
   *
   * @param id Its id; one that is unknown or deleted throws with status 404.
   */
  async get(id: string): Promise<Tenant> {
    return this.#connection.get(pathOf(id))
  }

  /**
   * Makes a tenant. It takes an `instance_admin`.
   *
   * @param request A slug that is taken throws with status 409, one that cannot be with 400.
   */
  create(request: CreateTenantRequest): Promise<Tenant> {
    return this.#connection.post(path, request)
  }

  /**
   * Changes what is given, and leaves the rest.
   *
   * @param id Id of the tenant.
   * @param request What is to change.
   */
  async update(id: string, request: UpdateTenantRequest): Promise<Tenant> {
    return this.#connection.patch(pathOf(id), request)
  }

  /**
   * Closes a tenant at once, so that it can be recovered.
   *
   * @param id Id of the tenant; that of the default one throws with status 400.
   */
  async delete(id: string): Promise<void> {
    await this.#connection.delete(pathOf(id))
  }

  /**
   * Brings a deleted tenant back.
   *
   * @param id Id of the tenant; one that is alive throws with status 400.
   */
  async recover(id: string): Promise<void> {
    await this.#connection.post(`${pathOf(id)}/recover`)
  }

  /**
   * Lists who administers a tenant.
   *
   * @param id Id of the tenant.
   */
  async listAdmins(id: string): Promise<TenantAdminAssignment[]> {
    return this.#connection.get(`${pathOf(id)}/admins`)
  }

  /**
   * Lets somebody administer a tenant.
   *
   * @param id Id of the tenant.
   * @param request The id of a `tenant_admin`.
   */
  async assignAdmin(id: string, request: AssignTenantAdminRequest): Promise<TenantAdminAssignment> {
    return this.#connection.post(`${pathOf(id)}/admins`, request)
  }

  /**
   * Lets somebody administer a tenant no longer.
   *
   * @param id Id of the tenant.
   * @param userId Id of the administrator.
   */
  async removeAdmin(id: string, userId: string): Promise<void> {
    await this.#connection.delete(`${pathOf(id)}/admins/${pathSegment(userId)}`)
  }
}

const path = '/api/v1/admin/tenants'

function pathOf(id: string): string {
  return `${path}/${pathSegment(id)}`
}
