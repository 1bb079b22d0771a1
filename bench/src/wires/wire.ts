import type { RequestSpec } from '../contenders/contender.js'

/** A user as far as an answer is checked. */
export type WireUser = { readonly id: string; readonly email: string | null }

/** How one product says the operations that are compared, and how its answers are read. */
export type Wire = {
  readonly listUsers: RequestSpec
  readonly getUser: (userId: string) => RequestSpec
  readonly findUserByEmail: (email: string) => RequestSpec
  /** Who is signed in; the session comes as headers. */
  readonly getSession: RequestSpec
  readonly signIn: (email: string, password: string) => RequestSpec
  /** Without a password, which makes it the same work for both. */
  readonly createUser: (email: string) => RequestSpec
  readonly readUsers: (body: unknown) => { readonly users: readonly WireUser[]; readonly total: number }
  /** Of an answer about one user, whatever else is in it. */
  readonly readUser: (body: unknown) => WireUser
  /** The user's id in the answer to a sign-in. */
  readonly readSignedIn: (body: unknown) => string
}

/** A request with a JSON body. */
export function postJson(path: string, body: Readonly<Record<string, unknown>>): RequestSpec {
  const headers = { 'content-type': 'application/json' }
  return { method: 'POST', path, headers, body: JSON.stringify(body) }
}
