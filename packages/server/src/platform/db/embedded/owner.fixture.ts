import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createRequire } from 'node:module'
import { createInterface } from 'node:readline'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { OwnerTask } from './owner-process.fixture.js'

interface Message {
  held?: boolean
  databasePid?: number
  committed?: number
  interrupted?: boolean
  code?: string
  message?: string
}

export interface Owner {
  pid: number
  /** Waits for the next message that the predicate accepts. */
  hears(accepts: (message: Message) => boolean): Promise<Message>
  /** Ends the process; resolves when it is gone. */
  kill(signal?: NodeJS.Signals): Promise<void>
}

const script = fileURLToPath(new URL('owner-process.fixture.ts', import.meta.url))
const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href
const owners = new Set<ChildProcess>()

/** Starts another Node process that owns a data directory. */
export function startOwner(task: OwnerTask, user?: { uid: number; gid: number; tmpdir: string }): Owner {
  const child = spawn(process.execPath, ['--import', tsx, script, JSON.stringify(task)], {
    // The group of its own lets a test signal it as the terminal would.
    detached: true,
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, ...(user && { TMPDIR: user.tmpdir }) },
    uid: user?.uid,
    gid: user?.gid,
  })
  owners.add(child)
  const exited = once(child, 'exit')
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]()
  return {
    pid: child.pid as number,
    async hears(accepts) {
      for (;;) {
        const { done, value } = await lines.next()
        if (done) throw new Error('the owner process has ended without saying it')
        const message = JSON.parse(value) as Message
        if (accepts(message)) return message
        if (message.code) throw new Error(message.message)
      }
    },
    async kill(signal = 'SIGKILL') {
      child.kill(signal)
      await exited
      owners.delete(child)
    },
  }
}

export async function killOwners(): Promise<void> {
  for (const child of owners) {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGKILL')
      await once(child, 'exit')
    }
  }
  owners.clear()
}
