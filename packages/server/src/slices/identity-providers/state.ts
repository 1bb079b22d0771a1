import type { Call } from '#kernel/call'
import { equalSecrets, hashSecret } from '#kernel/secret'

/** The cookie that binds a sign-in at a provider to the browser that began it. */
export const stateCookie = '__oauth'
export const stateLifetimeSeconds = 600

/** What is remembered of a sign-in while the browser is at the provider. */
export interface SignInState {
  readonly state: string
  readonly nonce: string
  readonly codeVerifier: string
  readonly providerId: string
  readonly callbackUrl: string
  readonly redirectUri: string
  readonly expiresAtMs: number
}

/** Gives the state to the browser, sealed: it can neither read nor change what it carries. */
export function keepState(call: Call, state: Omit<SignInState, 'expiresAtMs'>): void {
  const expiresAtMs = call.clock.now() + stateLifetimeSeconds * 1_000
  const plain = Buffer.from(JSON.stringify({ ...state, expiresAtMs }))
  setStateCookie(call, call.seal.seal(plain, contextOf(call)).toString('base64url'), stateLifetimeSeconds)
}

/** Reads the state that this browser began with, if it is the one that came back and is not over. */
export function readState(call: Call, returned: string): SignInState | undefined {
  const cookie = call.client.cookies[stateCookie]
  if (!cookie) return undefined
  let state: SignInState
  try {
    const plain = call.seal.open(Buffer.from(cookie, 'base64url'), contextOf(call))
    state = JSON.parse(plain.toString()) as SignInState
  } catch {
    return undefined
  }
  const matches = equalSecrets(hashSecret(state.state), hashSecret(returned))
  return matches && state.expiresAtMs > call.clock.now() ? state : undefined
}

export function forgetState(call: Call): void {
  setStateCookie(call, '', 0)
}

/** Lax: the browser comes back by a navigation that another site began. */
function setStateCookie(call: Call, value: string, maxAgeSeconds: number): void {
  call.setCookie({ name: stateCookie, value, maxAgeSeconds, readable: false, sameSite: 'lax' })
}

function contextOf(call: Call): string {
  return `oauth-state/${call.environment.id}`
}
