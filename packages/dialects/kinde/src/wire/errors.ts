import type { DialectResponse, Refusal } from '@claviger/contract'

/** A refusal in Kinde's words: a list of errors, each with a code and a sentence. */
export function refuse({ status, code, message }: Refusal): DialectResponse {
  return { status, body: { errors: [{ code: code.toUpperCase(), message }] } }
}
