import type { Connection } from './connection.js'
import type { FluxbaseError } from './fluxbase-error.js'
import { pathSegment } from './path-segment.js'

/** `service` has power over a tenant, as far as its scopes go; `anon` only names it to a browser. */
export type ServiceKeyType = 'anon' | 'service'

/** A key without its secret. */
export type ServiceKey = {
  id: string
  name: string
  description?: string | null
  /** The first 16 characters, to recognise the key by. */
  key_prefix: string
  key_type: ServiceKeyType
  scopes: string[]
  allowed_namespaces?: string[] | null
  /** False while it is disabled, and once it is revoked. */
  enabled: boolean
  /** Whether it works now: enabled, not revoked, and neither expired nor past its grace period. */
  is_active: boolean
  rate_limit_per_minute?: number | null
  rate_limit_per_hour?: number | null
  tenant_id?: string | null
  user_id?: string | null
  created_by?: string | null
  created_at: string
  last_used_at?: string | null
  expires_at?: string | null
  revoked_at?: string | null
  deprecated_at?: string | null
  /** When a deprecated key stops working. */
  grace_period_ends_at?: string | null
  /** The id of the key that it was rotated to. */
  replaced_by?: string | null
}

/** A key with its secret, which is shown this once. */
export type ServiceKeyWithKey = ServiceKey & { key: string }

/** Which keys, and how many. */
export type ListServiceKeysOptions = {
  tenant_id?: string | undefined
  key_type?: ServiceKeyType | undefined
  /** Those that work now, or those that do not. */
  is_active?: boolean | undefined
  /** Whoever made them. */
  user_id?: string | undefined
  limit?: number | undefined
  offset?: number | undefined
}

/** A new key. */
export type CreateServiceKeyRequest = {
  name: string
  description?: string | undefined
  key_type: ServiceKeyType
  /** Default: `['*']` for a service key, `['read']` for an anonymous one. */
  scopes?: string[] | undefined
  allowed_namespaces?: string[] | undefined
  rate_limit_per_minute?: number | undefined
  rate_limit_per_hour?: number | undefined
  /** ISO 8601 time. */
  expires_at?: string | undefined
}

/** What of a key is to change. */
export type UpdateServiceKeyRequest = Partial<Omit<CreateServiceKeyRequest, 'key_type'>> & {
  /** By itself; nothing else may be changed with it. */
  enabled?: boolean | undefined
}

/** Why a key is revoked. */
export type RevokeServiceKeyRequest = { reason?: string | undefined }

/** For how long a key goes on working, and why it shall not for longer. */
export type DeprecateServiceKeyRequest = {
  /** Default: 24. */
  grace_period_hours?: number | undefined
  reason?: string | undefined
}

/** When a key was deprecated, and when it stops working. */
export type ServiceKeyDeprecation = { deprecated_at: string; grace_period_ends_at: string }

/** That a key was revoked, by whom and why. */
export type ServiceKeyRevocation = {
  id: string
  name: string
  revoked_at: string | null
  revoked_by: string | null
  revocation_reason: string | null
}

/** Either what was asked for, or why it is not there. */
export type FluxbaseResponse<T> = { data: T; error: null } | { data: null; error: FluxbaseError }

/**
 * Keys of backends and browsers. These methods never throw what the server refuses: each resolves with `data`, or
 * with the `error` that the methods of other nouns would have thrown.
 */
export class FluxbaseServiceKeys {
  readonly #connection: Connection

  constructor(connection: Connection) {
    this.#connection = connection
  }

  /**
   * Lists keys, newest first: a `tenant_admin` sees those of the tenants assigned.
   *
   * @param options Filters, and the page.
   */
  list(options: ListServiceKeysOptions = {}): Promise<FluxbaseResponse<ServiceKey[]>> {
    const { tenant_id, key_type, is_active, user_id, limit, offset } = options
    const query = { tenant_id, key_type, is_active, user_id, limit, offset }
    return answered(() => this.#connection.get(path, query))
  }

  /**
   * Reads one key.
   *
   * @param id Its id; `error.status` is 400 where it is no UUID, 404 where nothing has it.
   */
  get(id: string): Promise<FluxbaseResponse<ServiceKey>> {
    return answered(() => this.#connection.get(pathOf(id)))
  }

  /**
   * Makes a key. `data.key` is the secret, which is shown this once.
   *
   * @param request Its name and type, what it may do, how often, and until when.
   */
  create(request: CreateServiceKeyRequest): Promise<FluxbaseResponse<ServiceKeyWithKey>> {
    return answered(() => this.#connection.post(path, request))
  }

  /**
   * Changes what is given, and leaves the rest.
   *
   * @param id Id of the key.
   * @param request What is to change.
   */
  update(id: string, request: UpdateServiceKeyRequest): Promise<FluxbaseResponse<ServiceKey>> {
    return answered(() => this.#connection.put(pathOf(id), request))
  }

  /**
   * Deletes a key for good, and with it what was known of it. It is refused from the next request on.
   *
   * @param id Id of the key.
   */
  delete(id: string): Promise<FluxbaseResponse<null>> {
    return done(() => this.#connection.delete(pathOf(id)))
  }

  /**
   * Refuses a key until it is enabled again.
   *
   * @param id Id of the key.
   */
  disable(id: string): Promise<FluxbaseResponse<null>> {
    return done(() => this.#connection.post(`${pathOf(id)}/disable`))
  }

  /**
   * Lets a disabled key work again. A revoked one never does.
   *
   * @param id Id of the key.
   */
  enable(id: string): Promise<FluxbaseResponse<null>> {
    return done(() => this.#connection.post(`${pathOf(id)}/enable`))
  }

  /**
   * Refuses a key from the next request on, for good.
   *
   * @param id Id of the key.
   * @param request The reason, which is kept.
   */
  revoke(id: string, request: RevokeServiceKeyRequest = {}): Promise<FluxbaseResponse<null>> {
    return done(() => this.#connection.post(`${pathOf(id)}/revoke`, request))
  }

  /**
   * Lets a key work for a grace period, and no longer.
   *
   * @param id Id of the key.
   * @param request The length of that period, and a reason.
   */
  deprecate(
    id: string,
    request: DeprecateServiceKeyRequest = {},
  ): Promise<FluxbaseResponse<ServiceKeyDeprecation>> {
    return answered(() => this.#connection.post(`${pathOf(id)}/deprecate`, request))
  }

  /**
   * Makes a key of the same terms in place of one, which works for a day more.
   *
   * @param id Id of the old key.
   * @returns The new key with its secret; its `deprecated_at` is when the old one was deprecated.
   */
  rotate(id: string): Promise<FluxbaseResponse<ServiceKeyWithKey>> {
    return answered(() => this.#connection.post(`${pathOf(id)}/rotate`))
  }

  /**
   * Tells when a key was revoked, by whom and why.
   *
   * @param id Id of the key.
   */
  getRevocationHistory(id: string): Promise<FluxbaseResponse<ServiceKeyRevocation>> {
    return answered(() => this.#connection.get(`${pathOf(id)}/revocations`))
  }
}

const path = '/api/v1/admin/service-keys'

function pathOf(id: string): string {
  return `${path}/${pathSegment(id)}`
}

async function answered<T>(work: () => Promise<T>): Promise<FluxbaseResponse<T>> {
  try {
    return { data: await work(), error: null }
  } catch (error) {
    return { data: null, error: error as FluxbaseError }
  }
}

/** For what is answered with nothing, or with a sentence that says so. */
function done(work: () => Promise<unknown>): Promise<FluxbaseResponse<null>> {
  return answered(() => work().then(() => null))
}
