import { once } from 'node:events'
import { renameSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { type DestinationStream, destination, type Logger, pino } from 'pino'
import { isoTime } from '#kernel/clock'

const fileSizeBytesMax = 50 * 1024 * 1024
/** What waits for a disk that is full; lines beyond it are lost. */
const waitingBytesMax = 4 * 1024 * 1024
/** Lines are written together: a write for each would cost a fast request more than its handler. */
const togetherBytes = 64 * 1024
/** For how long a line waits for others. */
const gatheringMs = 250

/** Where the server writes what it did. */
export interface Log {
  readonly logger: Logger
  /** Writes down what is still in memory; for the end of the process. */
  flush(): void
}

/**
 * Structured lines, one a request and one a fault. Headers, bodies and queries are never handed to it; what
 * is named below is removed all the same, should a later hand do so.
 */
export async function openLog(options: {
  level: string
  destination: 'file' | 'stdout'
  dataDir: string
}): Promise<Log> {
  const sink =
    options.destination === 'stdout'
      ? destination({ fd: 1, sync: false, maxLength: waitingBytesMax })
      : openFile(join(options.dataDir, 'claviger.log'))
  let told = false
  // A log that cannot be written is no reason to stop answering; it goes on where there is space again.
  sink.on('error', (error) => {
    if (!told)
      process.stderr.write(`The log cannot be written: ${error.message}. Lines of it will be missing.\n`)
    told = true
    // Flushing at the end would try for ever what does not go, and the process would never end.
    sink.flushSync = () => {}
  })
  const { flushSync } = sink
  sink.on('write', () => {
    sink.flushSync = flushSync
  })
  // Nothing can be flushed before it is open, not even at an early end of the process.
  await once(sink, 'ready')
  const lines = gatherLines(sink)
  return {
    logger: createLogger(options.level, lines),
    flush() {
      lines.handOver()
      try {
        sink.flushSync()
      } catch {
        // The disk is full: there is no better place to say so.
      }
    },
  }
}

/** Hands lines over together. The sink could gather them as well, but measures all it has again with each line. */
function gatherLines(sink: DestinationStream): DestinationStream & { handOver(): void } {
  let waiting: string[] = []
  let length = 0
  let timer: NodeJS.Timeout | undefined

  function handOver(): void {
    clearTimeout(timer)
    timer = undefined
    if (waiting.length === 0) return
    const text = waiting.join('')
    waiting = []
    length = 0
    sink.write(text)
  }

  return {
    handOver,
    write(line) {
      waiting.push(line)
      length += line.length
      if (length >= togetherBytes) handOver()
      else timer ??= setTimeout(handOver, gatheringMs).unref()
    },
  }
}

export function createLogger(level: string, sink: DestinationStream): Logger {
  return pino(
    {
      level,
      base: null,
      timestamp: () => `,"time":"${isoTime(Date.now())}"`,
      redact: { paths: redacted, remove: true },
    },
    sink,
  )
}

const secrets = [
  'authorization',
  'cookie',
  'password',
  'secret',
  'token',
  'refreshToken',
  'sessionToken',
  'set-cookie',
]
const redacted = secrets.flatMap((name) => [`["${name}"]`, `*["${name}"]`, `*.*["${name}"]`])

/** A log that has grown large makes way at start; the one before it is kept. */
function openFile(path: string) {
  try {
    if (statSync(path).size > fileSizeBytesMax) renameSync(path, `${path}.1`)
  } catch {
    // There is none yet.
  }
  return destination({
    dest: path,
    // Into the page cache: handing it to another thread takes longer than doing it.
    sync: true,
    mkdir: true,
    mode: 0o600,
    maxLength: waitingBytesMax,
  })
}
