import type { Seal } from '#kernel/seal'

/** What a mail says. */
export interface Content {
  readonly subject: string
  readonly text: string
  readonly html: string
}

const contextOf = (environmentId: string, id: string) => `email/${environmentId}/${id}`

export function sealContent(seal: Seal, environmentId: string, id: string, content: Content): Buffer {
  return seal.seal(Buffer.from(JSON.stringify(content)), contextOf(environmentId, id))
}

export function openContent(seal: Seal, environmentId: string, id: string, sealed: Buffer): Content {
  return JSON.parse(seal.open(sealed, contextOf(environmentId, id)).toString())
}
