import type { FetchFunction } from '@claviger/sdk'

/** Where a command writes. */
export interface Output {
  write(text: string): void
  /** Whether a person sees it at once, so that colours and progress make sense. */
  readonly isTty: boolean
  /** How many characters a line of the terminal holds; undefined where there is no terminal. */
  readonly columns: number | undefined
}

/** Everything that a command knows of the world, so that a test runs it without a process of its own. */
export interface Context {
  readonly stdout: Output
  readonly stderr: Output
  readonly env: Readonly<Record<string, string | undefined>>
  /** The folder in which, and above which, the data directory is looked for. */
  readonly cwd: string
  readonly fetch: FetchFunction
  /** Milliseconds since 1970. */
  readonly now: () => number
}

/** The context of this process. */
export function processContext(): Context {
  return {
    stdout: outputOf(process.stdout),
    stderr: outputOf(process.stderr),
    env: process.env,
    cwd: process.cwd(),
    fetch: (url, init) => globalThis.fetch(url, init),
    now: () => Date.now(),
  }
}

function outputOf(stream: NodeJS.WriteStream): Output {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    // `claviger users list --all | head` has had enough: nobody is left to write for, and nothing is wrong.
    if (error.code === 'EPIPE') process.exit()
    throw error
  })
  return {
    write: (text) => void stream.write(text),
    isTty: stream.isTTY === true,
    get columns() {
      return stream.columns
    },
  }
}
