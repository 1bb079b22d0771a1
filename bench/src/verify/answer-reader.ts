/** A complete answer of HTTP/1.1. */
export type Answer = { readonly status: number; readonly body: string }

const headEnd = '\r\n\r\n'
const lengthHeader = '\r\ncontent-length:'

/**
 * Puts the answers of one connection together from its bytes, read as Latin-1 so that a character is a byte. Nothing is
 * pipelined: there is one answer at a time, and whoever sends more is told off.
 */
export class AnswerReader {
  private pending = ''

  /** The answer, when these bytes are its last ones. */
  push(bytes: string): Answer | null {
    this.pending = this.pending === '' ? bytes : this.pending + bytes
    const headLength = this.pending.indexOf(headEnd)
    if (headLength === -1) return null
    const bodyStart = headLength + headEnd.length
    const missing = bodyStart + contentLength(this.pending.slice(0, headLength)) - this.pending.length
    if (missing > 0) return null
    if (missing < 0) throw new Error('An answer is longer than it says.')
    const answer = { status: Number(this.pending.slice(9, 12)), body: this.pending.slice(bodyStart) }
    this.pending = ''
    return answer
  }
}

function contentLength(head: string): number {
  const at = head.toLowerCase().indexOf(lengthHeader)
  if (at === -1) throw new Error('An answer does not say how long it is.')
  return Number.parseInt(head.slice(at + lengthHeader.length), 10)
}
