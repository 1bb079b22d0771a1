import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { processCommandLine, processStart } from './process-identity.js'
import { shutDown } from './shutdown.js'

/**
 * A server outlives a Node that was killed. This stops one that serves the cluster, and nothing else.
 * To be called under the lock of the data directory, so that nobody uses the server any more.
 */
export async function stopOrphanedPostmaster(cluster: string, log: (line: string) => void): Promise<void> {
  const pid = recordedPid(cluster)
  if (pid === null || !serves(pid, cluster)) return
  log(`Stopping PostgreSQL (process ${pid}), which an earlier run has left behind.`)
  const ended = await shutDown(
    (signal) => tell(pid, signal),
    (timeoutMs) => endsWithin(timeoutMs, pid, cluster),
  )
  if (!ended)
    throw new Error(`process ${pid}, left behind by an earlier run, does not stop; end it and start again.`)
}

/** The process that `postmaster.pid` names; a server that did not end in good order leaves that file. */
export function recordedPid(cluster: string): number | null {
  try {
    const pid = Number.parseInt(readFileSync(join(cluster, 'postmaster.pid'), 'utf8'), 10)
    return pid > 0 ? pid : null
  } catch {
    return null
  }
}

/** The number alone proves nothing: it may by now belong to some other process, or to a zombie. */
function serves(pid: number, cluster: string): boolean {
  return processStart(pid) !== null && processCommandLine(pid).includes(`/bin/postgres -D ${cluster} `)
}

function tell(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch (error) {
    // It has just ended by itself, which is what was asked of it.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

async function endsWithin(timeoutMs: number, pid: number, cluster: string): Promise<boolean> {
  const giveUpAt = Date.now() + timeoutMs
  while (serves(pid, cluster)) {
    if (Date.now() > giveUpAt) return false
    await wait(10)
  }
  return true
}
