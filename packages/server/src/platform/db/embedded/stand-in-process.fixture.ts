import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'

interface StandIn {
  pid: number
  end(): void
}

/** Some living process that is not a database. */
export function startBystander(user: { uid?: number; gid?: number } = {}): StandIn {
  const child = spawn('sleep', ['600'], { cwd: '/', stdio: 'ignore', ...user })
  return { pid: child.pid as number, end: () => child.kill('SIGKILL') }
}

/** A process that has ended and is never reaped, as in a container whose first process does not. */
export async function startZombie(user: { uid?: number; gid?: number } = {}): Promise<StandIn> {
  const parent = spawn('sh', ['-c', 'true & echo $!; exec sleep 600 >&-'], {
    cwd: '/',
    stdio: ['ignore', 'pipe', 'ignore'],
    ...user,
  }) as ChildProcess & { stdout: NodeJS.ReadableStream }
  let pid = 0
  for await (const line of createInterface(parent.stdout)) pid = Number(line)
  return { pid, end: () => parent.kill('SIGKILL') }
}
