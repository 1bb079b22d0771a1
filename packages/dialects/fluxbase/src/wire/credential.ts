import type { DialectRequest } from '@claviger/contract'

/**
 * The credential of a request. Fluxbase's client sends its key with every request and, once somebody has signed in,
 * the token of that session beside it: the token is who asks.
 */
export function credentialOf({ headers }: DialectRequest): string | undefined {
  const given = (name: string) => {
    const value = headers[name]
    return (Array.isArray(value) ? value[0] : value)?.trim() || undefined
  }
  const [, credential] = /^(?:Bearer|ServiceKey) +(.+)$/i.exec(given('authorization') ?? '') ?? []
  return credential ?? given('apikey') ?? given('x-service-key')
}

/** Whether a credential is a key, which is for one environment; the token of an administrator is for none. */
export function isServiceKey(credential: string | undefined): boolean {
  return credential?.startsWith('sk_') ?? false
}
