import { type DialectResponse, Refusal } from '@claviger/contract'

/** Kinde's clients know these of those that we have; what else a request has wrong with it is 400. */
const known = [400, 401, 403, 404, 429]

/** A refusal in Kinde's words: a list of errors, each with a code and a sentence. */
export function refuse({ status, code, message }: Refusal): DialectResponse {
  return {
    status: status >= 500 || known.includes(status) ? status : 400,
    body: { errors: [{ code: code.toUpperCase(), message }] },
  }
}

export function invalid(message: string): Refusal {
  return new Refusal(400, 'invalid_request', message)
}

export function badCredential(status: 401 | 403): Refusal {
  return new Refusal(
    status,
    'invalid_credentials',
    'Send the access token of an M2M application as bearer token; there is none, or it is not valid any more.',
  )
}

export function lackingScope(scope: string): Refusal {
  return new Refusal(403, 'insufficient_scope', `The access token lacks the scope ${scope}.`)
}

/** What a body names and is not there makes it a bad request at Kinde, where only a path is not found. */
export function badIfUnknown(...codes: readonly string[]): (error: unknown) => never {
  return (error) => {
    throw error instanceof Refusal && codes.includes(error.code) ? invalid(error.message) : error
  }
}
