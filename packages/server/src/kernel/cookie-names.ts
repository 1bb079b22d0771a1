import { isOfInstance } from './instance-environment.js'

/** What the cookies of one kind of people are called. */
export interface CookieNames {
  /** Carries the session token. */
  readonly session: string
  /** Carries the refresh token; only the server reads it. */
  readonly client: string
  /** By which a device is recognised when it signs in again; only the server reads it. */
  readonly device: string
}

/** The cookies of end users, as KolayLogin's clients know them; scripts of the page may read the session token. */
export const cookiesOfUsers: CookieNames = { session: '__session', client: '__client', device: '__device' }

const ofAdministrators = {
  session: 'claviger_admin',
  client: 'claviger_admin_refresh',
  device: 'claviger_admin_device',
}
/** No other host can set these (RFC 6265bis section 4.1.3.2); without https browsers refuse such names. */
const ofAdministratorsSecurely: CookieNames = {
  session: `__Host-${ofAdministrators.session}`,
  client: `__Host-${ofAdministrators.client}`,
  device: `__Host-${ofAdministrators.device}`,
}

/** The cookies of administrators: a user's on the same host and an administrator's never meet. */
export function cookiesOfAdministrators(publicUrl: string): CookieNames {
  return publicUrl.startsWith('https:') ? ofAdministratorsSecurely : ofAdministrators
}

/** The cookie of an opened portal. */
export function portalCookieOf(publicUrl: string): string {
  return publicUrl.startsWith('https:') ? '__Host-claviger_portal' : 'claviger_portal'
}

/** The cookies of whoever is in the environment of the call. */
export function cookiesOf(call: {
  readonly environment: { readonly id: string }
  readonly publicUrl: string
}): CookieNames {
  return isOfInstance(call.environment) ? cookiesOfAdministrators(call.publicUrl) : cookiesOfUsers
}
