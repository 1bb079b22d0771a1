import type { TextMessageKind } from '@claviger/contract'
import type { Seal } from '#kernel/seal'

/** What a text message has to be told. */
export interface TextMessageData {
  readonly code: string
  readonly minutes: number
}

const uses: Readonly<Record<TextMessageKind, (product: string) => string>> = {
  sms_code: (product) => `is your code to sign in to ${product}`,
  phone_number_verification: (product) => `confirms this phone number for ${product}`,
}

/** Writes a text message. The code comes first, where a notification shows it and phones look for it. */
export function write(kind: TextMessageKind, { code, minutes }: TextMessageData, product: string): string {
  return `${code} ${uses[kind](product)}. It works once, within ${minutes} minutes. Tell it to nobody.`
}

const contextOf = (environmentId: string, id: string) => `text-message/${environmentId}/${id}`

export function sealBody(seal: Seal, environmentId: string, id: string, body: string): Buffer {
  return seal.seal(Buffer.from(body), contextOf(environmentId, id))
}

export function openBody(seal: Seal, environmentId: string, id: string, sealed: Buffer): string {
  return seal.open(sealed, contextOf(environmentId, id)).toString()
}
