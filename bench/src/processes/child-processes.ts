import { type ChildProcess, spawn } from 'node:child_process'

const stopGraceMs = 5_000
const stderrTailLength = 4_000

/** A process that the bench started. It is stopped by its pid, at the latest when the bench exits. */
export type BenchChild = {
  readonly process: ChildProcess
  readonly pid: number
  /** Settles when the process has ended, with a sentence that names it, how it ended and its last words. */
  readonly ended: Promise<string>
  stop(): Promise<void>
}

const running = new Set<BenchChild>()

// The last resort: an exit that ran no `finally` still leaves no process behind.
process.on('exit', () => {
  for (const child of running) child.process.kill('SIGKILL')
})

/** Starts a process with only the given environment, plus what any program needs to run. */
export async function startChild(options: {
  name: string
  command: readonly string[]
  env: Readonly<Record<string, string>>
}): Promise<BenchChild> {
  const [program = '', ...parameters] = options.command
  const child = spawn(program, parameters, {
    // The channel lets our own children notice that the bench is gone.
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    env: { ...inheritedEnvironment(), ...options.env },
  })
  let stderrTail = ''
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderrTail = (stderrTail + text).slice(-stderrTailLength)
  })
  const ended = new Promise<string>((resolve) => {
    child.once('close', (code, signal) => {
      resolve(`${options.name} ended with ${signal ?? `code ${code}`}. ${stderrTail}`.trim())
    })
  })
  // Without a listener that stays, a message to a process that just ended would be an uncaught error.
  child.on('error', () => {})
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve)
    child.once('error', (cause) => reject(new Error(`${options.name} could not be started.`, { cause })))
  })
  const started: BenchChild = {
    process: child,
    pid: child.pid as number,
    ended,
    stop: () => stopChild(child, ended),
  }
  running.add(started)
  void ended.then(() => running.delete(started))
  return started
}

/** Stops everything that still runs; used when the bench is interrupted. */
export async function stopAllChildren(): Promise<void> {
  await Promise.all([...running].map((child) => child.stop()))
}

async function stopChild(child: ChildProcess, ended: Promise<string>): Promise<void> {
  child.kill('SIGTERM')
  const timer = setTimeout(() => child.kill('SIGKILL'), stopGraceMs)
  await ended
  clearTimeout(timer)
}

/** No DATABASE_URL, NODE_OPTIONS or secret of the developer's shell may change what is measured. */
function inheritedEnvironment(): Record<string, string> {
  return Object.fromEntries(
    ['PATH', 'HOME', 'TMPDIR', 'LANG', 'LD_LIBRARY_PATH'].flatMap((name) => {
      const value = process.env[name]
      return value === undefined ? [] : [[name, value]]
    }),
  )
}
