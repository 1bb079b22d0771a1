import type { AdminAuthResponse, AdminMeResponse, AdminUser } from './administrators.js'
import type { FluxbaseClient } from './create-client.js'
import { FluxbaseError } from './fluxbase-error.js'
import { type AdminStorage, KeptTokens } from './kept-tokens.js'

/** Who is signed in: what `me` tells, and after a sign-in or a refresh everything that is known. */
export type SignedInAdmin = AdminMeResponse['user'] & Partial<Omit<AdminUser, 'role'>>

/** Whether somebody is signed in; `loading` until that is known. */
export type AdminState =
  | { isAuthenticated: true; admin: SignedInAdmin; loading: false }
  | { isAuthenticated: false; admin: null; loading: boolean }

const unknown: AdminState = { isAuthenticated: false, admin: null, loading: true }
const nobody: AdminState = { isAuthenticated: false, admin: null, loading: false }

/** How long before its end a token is replaced, at most: a page in the background is late by up to a minute. */
const aheadMsMax = 60_000
/** When to try again where the server could not be asked. */
const retryMs = 10_000

/**
 * The session of one client, for as many components as look at it. It is resumed from the storage when the first
 * one looks, refreshed while any does, and does nothing when none does.
 */
export class AdminSession {
  readonly #client: FluxbaseClient
  readonly #tokens: KeptTokens
  readonly #listeners = new Set<() => void>()
  #state = unknown
  #aheadMs = aheadMsMax
  #timer: ReturnType<typeof setTimeout> | undefined
  #stopListening = () => {}
  #last: Promise<unknown> = Promise.resolve()

  constructor(client: FluxbaseClient, storage: AdminStorage | undefined) {
    this.#client = client
    this.#tokens = new KeptTokens(storage)
  }

  readonly state = (): AdminState => this.#state
  readonly stateOnServer = (): AdminState => unknown

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    if (this.#listeners.size === 1) this.#begin()
    return () => {
      this.#listeners.delete(listener)
      if (this.#listeners.size === 0) this.#pause()
    }
  }

  readonly login = (email: string, password: string): Promise<AdminAuthResponse> =>
    this.#inTurn(async () => {
      const session = await this.#client.admin.login({ email, password })
      this.#keep(session)
      return session
    })

  readonly logout = (): Promise<void> =>
    this.#inTurn(async () => {
      try {
        await this.#client.admin.logout()
      } catch (error) {
        // A session that is over already is what was asked for.
        if (!isRefusal(error)) throw error
      } finally {
        this.#end()
      }
    })

  #begin(): void {
    this.#stopListening = this.#tokens.onChangeElsewhere(() => void this.#inTurn(() => this.#resume()))
    // Who is known is still so: looking again, as React does in development, costs no request.
    void this.#inTurn(async () => (this.#state.isAuthenticated ? this.#schedule() : this.#resume()))
  }

  #pause(): void {
    clearTimeout(this.#timer)
    this.#stopListening()
  }

  /** Goes on with the tokens that are kept, as somebody who was here before, or another page, left them. */
  async #resume(): Promise<void> {
    const { admin } = this.#client
    const { access, refresh, expiresAtMs = 0 } = this.#tokens.read()
    if (access === null && refresh === null) return this.#end()
    const isFresh = access !== null && Date.now() < expiresAtMs - this.#aheadMs
    try {
      if (refresh !== null && !isFresh)
        return this.#keep(await admin.refreshToken({ refresh_token: refresh }))
      admin.setToken(access ?? '')
      this.#become({ isAuthenticated: true, admin: (await admin.me()).user, loading: false })
    } catch (error) {
      // What was refused may have been replaced by another page meanwhile.
      if (isRefusal(error)) return this.#tokens.read().access === access ? this.#end() : this.#resume()
      // Of a server that cannot be asked nothing is known. The tokens are kept.
      if (this.#state.loading) this.#become(nobody)
      this.#resumeAfter(retryMs)
    }
  }

  #keep(session: AdminAuthResponse): void {
    this.#tokens.write(session)
    this.#aheadMs = Math.min(aheadMsMax, (session.expires_in * 1_000) / 2)
    this.#become({ isAuthenticated: true, admin: session.user, loading: false })
  }

  #end(): void {
    this.#client.admin.clearToken()
    this.#tokens.forget()
    this.#become(nobody)
  }

  #become(state: AdminState): void {
    this.#state = state
    this.#schedule()
    for (const listener of this.#listeners) listener()
  }

  #schedule(): void {
    clearTimeout(this.#timer)
    if (!this.#state.isAuthenticated) return
    const { refresh, expiresAtMs } = this.#tokens.read()
    if (refresh === null || expiresAtMs === undefined) return
    this.#resumeAfter(expiresAtMs - this.#aheadMs - Date.now())
  }

  #resumeAfter(ms: number): void {
    clearTimeout(this.#timer)
    if (this.#listeners.size === 0) return
    this.#timer = setTimeout(() => void this.#inTurn(() => this.#resume()), Math.max(0, ms))
  }

  /** One thing after the other, so that nobody is signed in again by a refresh that was under way. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(work)
    this.#last = turn.catch(() => {})
    return turn
  }
}

function isRefusal(error: unknown): boolean {
  return error instanceof FluxbaseError && [400, 401, 403].includes(error.status)
}
