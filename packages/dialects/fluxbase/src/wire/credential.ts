import type { DialectRequest } from '@claviger/contract'

/**
 * The credential of a request. Fluxbase's client sends its key with every request and, once somebody has signed in,
 * the token of that session beside it: the token is who asks.
 */
export function credentialOf(request: DialectRequest): string | undefined {
  const authorization = headerOf(request, 'authorization') ?? ''
  const [, credential] = /^(?:Bearer|ServiceKey) +(.+)$/i.exec(authorization) ?? []
  return credential ?? headerOf(request, 'apikey') ?? headerOf(request, 'x-service-key')
}

/** Whether the credential is a key, which is for one environment; the token of an administrator is for none. */
export function isByServiceKey(request: DialectRequest): boolean {
  return credentialOf(request)?.startsWith('sk_') ?? false
}

/** The id of the tenant that the request names, if it names one. */
export function tenantNamedBy(request: DialectRequest): string | undefined {
  return headerOf(request, 'x-fb-tenant')
}

function headerOf({ headers }: DialectRequest, name: string): string | undefined {
  const value = headers[name]
  return (Array.isArray(value) ? value[0] : value)?.trim() || undefined
}
