/** The cookie that carries the session token; scripts of the page may read it. */
export const sessionCookie = '__session'
/** The cookie that carries the refresh token; only the server reads it. */
export const clientCookie = '__client'
/** The cookie by which a device is recognised when it signs in again; only the server reads it. */
export const deviceCookie = '__device'
