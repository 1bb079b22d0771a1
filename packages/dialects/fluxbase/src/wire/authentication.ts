import {
  api,
  type Caller,
  type DialectResponse,
  type DialectRoute,
  type DialectSetting,
  errors,
  Refusal,
  type SignedIn,
} from '@claviger/contract'
import { adminUserOf } from './administrator.js'
import { credentialOf } from './credential.js'
import { refusalOf } from './errors.js'
import { bodyOf } from './fields.js'

const getSetupStatus: DialectRoute = {
  method: 'GET',
  path: '/api/v1/admin/setup/status',
  async handle(_request, call) {
    const { needsSetup } = await call(api.instance.getSetup)
    return { status: 200, body: { needs_setup: needsSetup, has_admin: !needsSetup } }
  },
}

const setup: DialectRoute = {
  method: 'POST',
  path: '/api/v1/admin/setup',
  async handle(request, call, setting) {
    const fields = bodyOf(request)
    const setupToken = fields.text('setup_token')
    const body = {
      email: fields.required('email'),
      password: fields.required('password'),
      name: fields.required('name'),
      ...(setupToken !== undefined && { setupToken }),
    }
    const session = await call(api.instance.setUp, { body }).catch((refusal) => {
      const isMissing = refusal.code === errors.invalid_setup_token.code && setupToken === undefined
      throw isMissing
        ? new Refusal(400, 'MISSING_REQUIRED_FIELD', `setup_token is required. ${refusal.message}`)
        : refusal
    })
    return signedIn(201, session, call, setting)
  },
}

const login: DialectRoute = {
  method: 'POST',
  path: '/api/v1/admin/login',
  async handle(request, call, setting) {
    const fields = bodyOf(request)
    const body = { email: fields.required('email'), password: fields.required('password') }
    const session = await call(api.instance.signIn, { body }).catch((refusal) => {
      throw refusal.code === errors.second_factor_required.code
        ? new Refusal(
            403,
            'SECOND_FACTOR_REQUIRED',
            `This account has a second factor, which this API cannot ask for. Use a service key, or sign in by ` +
              `${api.instance.signInWithTotp.path} and use its session token.`,
          )
        : refusal
    })
    return signedIn(200, session, call, setting)
  },
}

const refresh: DialectRoute = {
  method: 'POST',
  path: '/api/v1/admin/refresh',
  async handle(request, call, setting) {
    const refreshToken = bodyOf(request).required('refresh_token')
    const session = await call(api.instance.refreshSession, { body: { refreshToken } }).catch((refusal) => {
      // What does not even look like a refresh token is none.
      const isNone = refusal.code === errors.invalid_request.code
      throw isNone ? refusalOf(errors.invalid_refresh_token) : refusal
    })
    return signedIn(200, session, call, setting)
  },
}

const logout: DialectRoute = {
  method: 'POST',
  path: '/api/v1/admin/logout',
  async handle(request, call) {
    if (credentialOf(request) === undefined) {
      throw new Refusal(401, 'MISSING_AUTHENTICATION', 'Send the access token as bearer token.')
    }
    await call(api.instance.signOut)
    return { status: 200, body: { success: true, message: 'Logged out successfully' } }
  },
}

const me: DialectRoute = {
  method: 'GET',
  path: '/api/v1/admin/me',
  async handle(_request, call) {
    const { administrator } = await call(api.instance.getMe)
    return { status: 200, body: { user: adminUserOf(administrator) } }
  },
}

/** The answer to whoever signed in: the tokens, for how many seconds the first is good, and who it is. */
export async function signedIn(
  status: number,
  { sessionToken, sessionTokenExpiresAt, refreshToken }: SignedIn,
  call: Caller,
  { nowMs }: DialectSetting,
): Promise<DialectResponse> {
  const { administrator } = await call(api.instance.getMe, { credential: sessionToken })
  return {
    status,
    body: {
      user: adminUserOf(administrator),
      access_token: sessionToken,
      refresh_token: refreshToken,
      expires_in: Math.floor((Date.parse(sessionTokenExpiresAt) - nowMs) / 1_000),
    },
  }
}

export const authenticationRoutes: readonly DialectRoute[] = [
  getSetupStatus,
  setup,
  login,
  refresh,
  logout,
  me,
]
