import type { DialectResponse, DialectSetting, Refusal } from '@claviger/contract'

/** A refusal in Fluxbase's words: a sentence, a machine code, and the id of the request. */
export function refuse({ status, code, message }: Refusal, { requestId }: DialectSetting): DialectResponse {
  return { status, body: { error: message, code: code.toUpperCase(), message, request_id: requestId } }
}
