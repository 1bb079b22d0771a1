import { closeSync, fstatSync, ftruncateSync, openSync, readSync } from 'node:fs'

const logSizeBytesMax = 10 * 1024 * 1024
const tailSizeBytesMax = 64 * 1024

export interface ServerLog {
  /** For the server to write to. */
  descriptor: number
  /** The last lines that were written since this log was opened. */
  lastLines(countMax: number): string[]
  close(): void
}

/** Opens the server's log for appending, and empties it first if it has become too large. */
export function openServerLog(path: string): ServerLog {
  const descriptor = openSync(path, 'a+', 0o600)
  if (fstatSync(descriptor).size > logSizeBytesMax) ftruncateSync(descriptor)
  const openedAt = fstatSync(descriptor).size
  return {
    descriptor,
    lastLines(countMax) {
      const { size } = fstatSync(descriptor)
      const start = Math.max(openedAt, size - tailSizeBytesMax)
      const tail = Buffer.alloc(Math.max(0, size - start))
      readSync(descriptor, tail, 0, tail.length, start)
      return tail.toString().split('\n').filter(Boolean).slice(-countMax)
    },
    close: () => closeSync(descriptor),
  }
}
