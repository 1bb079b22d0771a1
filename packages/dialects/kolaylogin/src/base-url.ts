/** Address of the hosted KolayLogin API. A caller of Claviger gives the address of its own server instead. */
export const DEFAULT_API_BASE_URL = 'https://api.kolaylogin.com'

/** Lets a base URL be configured with or without trailing slashes, because every path begins with one. */
export function withoutTrailingSlashes(url: string): string {
  return url.replace(/\/+$/, '')
}
