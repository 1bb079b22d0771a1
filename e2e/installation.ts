import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { freePort } from '../packages/server/testing/free-port.js'

/** The built product, in a data directory of its own, as processes of its own. */
export interface Installation {
  readonly url: string
  readonly dataDir: string
  /** Starts the server; resolves when it answers. */
  start(env?: Record<string, string>): Promise<void>
  /** Runs it to its end, for starts that must fail; everything it printed. */
  run(env?: Record<string, string>): Promise<{ code: number | null; output: string }>
  /** Sends a signal to the server and waits for its end. */
  signal(signal: NodeJS.Signals): Promise<{ code: number | null }>
  /** Kills every process of the installation, the database too, as a power cut would. */
  killTree(): Promise<void>
  readonly output: () => string
  /** Of the server, while it runs. */
  readonly pid: () => number
  operatorToken(): Promise<string>
  makeKey(environment?: string): Promise<string>
  remove(): Promise<void>
}

const serverFile = fileURLToPath(new URL('../packages/server/dist/run.js', import.meta.url))

/** The part of the environment that a server needs; nothing of the shell's own configuration. */
const bareEnvironment = { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '' }

export async function createInstallation(): Promise<Installation> {
  const folder = await mkdtemp(join(tmpdir(), 'claviger-e2e-'))
  // As root the database runs as another user, who has to get through this folder.
  await chmod(folder, 0o711)
  const dataDir = join(folder, '.claviger')
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  let child: ChildProcess | undefined
  let output = ''

  function launch(env: Record<string, string>, print: (text: string) => void): ChildProcess {
    const launched = spawn(process.execPath, [serverFile], {
      cwd: folder,
      env: { ...bareEnvironment, CLAVIGER_PORT: String(port), CLAVIGER_PUBLIC_URL: url, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    launched.stdout?.on('data', (chunk) => print(String(chunk)))
    launched.stderr?.on('data', (chunk) => print(String(chunk)))
    return launched
  }

  const installation: Installation = {
    url,
    dataDir,
    output: () => output,
    pid() {
      if (!child?.pid) throw new Error('Nothing runs.')
      return child.pid
    },
    async start(env = {}) {
      output = ''
      const launched = launch(env, (text) => {
        output += text
      })
      child = launched
      const ended = new Promise<never>((_, reject) => {
        launched.once('close', (code) => reject(new Error(`The server ended with ${code}: ${output}`)))
      })
      ended.catch(() => {})
      await Promise.race([answers(`${url}/readyz`), ended])
    },
    async run(env = {}) {
      let printed = ''
      const code = await closed(
        launch(env, (text) => {
          printed += text
        }),
      )
      return { code, output: printed }
    },
    async signal(signal) {
      if (!child) throw new Error('Nothing runs.')
      const ended = closed(child)
      child.kill(signal)
      return { code: await ended }
    },
    async killTree() {
      if (!child?.pid) throw new Error('Nothing runs.')
      const ended = closed(child)
      for (const pid of [child.pid, ...descendants(child.pid)]) {
        try {
          process.kill(pid, 'SIGKILL')
        } catch {
          // It ended because one before it did.
        }
      }
      await ended
    },
    async operatorToken() {
      return (JSON.parse(await readFile(join(dataDir, 'operator.json'), 'utf8')) as { token: string }).token
    },
    async makeKey(environment = 'default/live') {
      const response = await fetch(`${url}/v1/admin/secret-keys`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${await installation.operatorToken()}`,
          'claviger-environment': environment,
          'content-type': 'application/json',
        },
        body: JSON.stringify({ name: 'e2e' }),
      })
      return ((await response.json()) as { secret: string }).secret
    },
    async remove() {
      if (child && child.exitCode === null && child.signalCode === null) await installation.signal('SIGTERM')
      await rm(folder, { recursive: true, force: true })
    },
  }
  return installation
}

/** Every process below one, by the process table: the database leads a group of its own. */
function descendants(pid: number): number[] {
  const table = execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' })
  const rows = table
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number))
  const below = (parent: number): number[] =>
    rows.filter(([, ppid]) => ppid === parent).flatMap(([child = 0]) => [child, ...below(child)])
  return below(pid)
}

async function answers(url: string): Promise<void> {
  for (;;) {
    const response = await fetch(url).catch(() => undefined)
    if (response?.ok) return
    // Seldom enough that asking does not take from a start what it needs.
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

function closed(child: ChildProcess): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve(child.exitCode)
  return new Promise((resolve) => child.once('close', (code) => resolve(code)))
}
