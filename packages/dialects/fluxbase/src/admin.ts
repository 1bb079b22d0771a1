import type {
  AdminAuthResponse,
  AdminLoginRequest,
  AdminMeResponse,
  AdminRefreshRequest,
  AdminRefreshResponse,
  AdminSetupRequest,
  AdminSetupStatusResponse,
} from './administrators.js'
import type { Connection } from './connection.js'
import { pathSegment } from './path-segment.js'
import { FluxbaseServiceKeys } from './service-keys.js'
import type {
  DeleteUserResponse,
  EnrichedUser,
  InviteUserRequest,
  InviteUserResponse,
  ListUsersOptions,
  ListUsersResponse,
  ResetUserPasswordResponse,
  UpdateUserRoleRequest,
  UserType,
} from './users.js'

/** How the server is. */
export type HealthResponse = {
  status: 'ok' | 'degraded'
  services: { database: boolean; realtime: boolean }
  timestamp?: string
}

/**
 * Administrators and users. Every method resolves with what the server says as a plain object, and throws a
 * `FluxbaseError` where it refuses; only those of `serviceKeys` resolve with either.
 */
export class FluxbaseAdmin {
  /** Keys of backends and browsers. */
  readonly serviceKeys: FluxbaseServiceKeys

  readonly #connection: Connection

  constructor(connection: Connection) {
    this.#connection = connection
    this.serviceKeys = new FluxbaseServiceKeys(connection)
  }

  /** Tells whether somebody has to set the server up. Anyone may ask. */
  getSetupStatus(): Promise<AdminSetupStatusResponse> {
    return this.#connection.get(`${path}/setup/status`)
  }

  /**
   * Becomes the first administrator, once, and is signed in from then on.
   *
   * @param request Who that is. A server that is not on this very machine asks for its `setup_token`, too.
   */
  setup(request: AdminSetupRequest): Promise<AdminAuthResponse> {
    return this.#signIn('setup', request)
  }

  /**
   * Signs in; what is called afterwards is called as this administrator.
   *
   * @param request Wrong ones throw with status 401; too many with 429.
   */
  login(request: AdminLoginRequest): Promise<AdminAuthResponse> {
    return this.#signIn('login', request)
  }

  /**
   * Goes on with a session: takes its refresh token for new ones, and uses the new access token from then on.
   *
   * @param request The newest refresh token; null, as a storage has it that holds none, throws like a wrong one.
   */
  refreshToken(
    request: AdminRefreshRequest | { refresh_token: string | null },
  ): Promise<AdminRefreshResponse> {
    return this.#signIn('refresh', { refresh_token: request.refresh_token ?? '' })
  }

  /** Ends the session of whoever is signed in: neither of its tokens works any more. */
  async logout(): Promise<void> {
    await this.#connection.post(`${path}/logout`)
    this.clearToken()
  }

  /** Tells who is signed in. */
  me(): Promise<AdminMeResponse> {
    return this.#connection.get(`${path}/me`)
  }

  /**
   * Uses an access token from an earlier sign-in, in place of the key.
   *
   * @param token The access token.
   */
  setToken(token: string): void {
    this.#connection.token = token
  }

  /** The access token in use; null where it is the key. */
  getToken(): string | null {
    return this.#connection.token
  }

  /** Uses the key again. The session goes on; `logout` would have ended it. */
  clearToken(): void {
    this.#connection.token = null
  }

  /** Tells how the server is. */
  getHealth(): Promise<HealthResponse> {
    return this.#connection.get('/health')
  }

  /**
   * Lists users, newest first.
   *
   * @param options Filters, and the page.
   */
  listUsers(options: ListUsersOptions = {}): Promise<ListUsersResponse> {
    const { exclude_admins, limit, offset, type } = options
    return this.#connection.get(`${path}/users`, {
      exclude_admins,
      search: options.search || undefined,
      limit,
      offset,
      type,
    })
  }

  /**
   * Reads one user.
   *
   * @param userId Id of the user; an unknown one throws with status 404.
   * @param type Whether it is a user of the product or one who administers.
   */
  async getUserById(userId: string, type: UserType = 'app'): Promise<EnrichedUser> {
    return this.#connection.get(pathOf(userId), { type })
  }

  /**
   * Makes a user, who sets the password by a link.
   *
   * @param request A known address throws with status 409.
   * @param type Whether it is a user of the product or one who administers.
   */
  inviteUser(request: InviteUserRequest, type: UserType = 'app'): Promise<InviteUserResponse> {
    return this.#connection.post(`${path}/users/invite?type=${type}`, request)
  }

  /**
   * Deletes a user with everything that belongs to the user.
   *
   * @param userId Id of the user; one that is unknown, or gone already, throws with status 404.
   * @param type Whether it is a user of the product or one who administers.
   */
  async deleteUser(userId: string, type: UserType = 'app'): Promise<DeleteUserResponse> {
    return this.#connection.delete(`${pathOf(userId)}?type=${type}`)
  }

  /**
   * Changes the role of a user.
   *
   * @param userId Id of the user; an unknown one throws with status 404.
   * @param role A word of your application's own, or the role of an administrator.
   * @param type Whether it is a user of the product or one who administers.
   */
  async updateUserRole(userId: string, role: string, type: UserType = 'app'): Promise<EnrichedUser> {
    const request: UpdateUserRoleRequest = { role }
    return this.#connection.patch(`${pathOf(userId)}/role?type=${type}`, request)
  }

  /**
   * Mails a user the way to a new password, or makes one; the sessions of the user end.
   *
   * @param userId Id of the user; an unknown one throws with status 404.
   * @param type Whether it is a user of the product or one who administers.
   */
  async resetUserPassword(userId: string, type: UserType = 'app'): Promise<ResetUserPasswordResponse> {
    return this.#connection.post(`${pathOf(userId)}/reset-password?type=${type}`)
  }

  async #signIn(how: 'setup' | 'login' | 'refresh', request: object): Promise<AdminAuthResponse> {
    const session = await this.#connection.post<AdminAuthResponse>(`${path}/${how}`, request)
    this.setToken(session.access_token)
    return session
  }
}

const path = '/api/v1/admin'

function pathOf(userId: string): string {
  return `${path}/users/${pathSegment(userId)}`
}
