import { isIP } from 'node:net'
import { errors } from '@claviger/contract'
import type { Call } from '#kernel/call'
import { fail } from '#kernel/failure'

/** Whom a passkey is made for (WebAuthn Level 3 section 4): a domain, and the origins whose pages may use it. */
export interface RelyingParty {
  readonly id: string
  accepts(origin: string): boolean
}

export function relyingParty({
  environment: { settings },
  publicUrl,
}: Pick<Call, 'environment' | 'publicUrl'>): RelyingParty {
  const server = new URL(publicUrl)
  const id = settings.passkeys?.rpId ?? server.hostname
  const named = settings.passkeys?.origins ?? []
  const below = [server.origin, ...settings.allowedOrigins]
  return {
    id,
    accepts(origin) {
      const matches = (allowed: string) => isSameOrigin(allowed.toLowerCase(), origin)
      return named.some(matches) || (isBelow(origin, id) && below.some(matches))
    },
  }
}

/** The party in whose name a browser may be asked; no browser makes passkeys for a network address. */
export function namedParty(call: Call): RelyingParty {
  const party = relyingParty(call)
  const host = party.id.replace(/^\[|\]$/g, '')
  if (isIP(host)) throw fail(errors.passkeys_need_a_domain, { host })
  return party
}

/** `:*` stands for any port. */
function isSameOrigin(allowed: string, origin: string): boolean {
  return allowed === origin || (allowed.endsWith(':*') && allowed === `${origin.replace(/:\d+$/, '')}:*`)
}

function isBelow(origin: string, domain: string): boolean {
  if (!URL.canParse(origin)) return false
  const { hostname } = new URL(origin)
  return hostname === domain || hostname.endsWith(`.${domain}`)
}
