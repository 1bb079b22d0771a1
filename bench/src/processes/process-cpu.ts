import { readFileSync } from 'node:fs'

// The kernel counts CPU time in ticks of USER_HZ, which is 100 on every Linux that Node runs on.
const ticksPerS = 100

/** The processes that `pid` has forked and that still run; empty where the kernel does not tell. */
export function childPids(pid: number): number[] {
  return (readText(`/proc/${pid}/task/${pid}/children`) ?? '').split(' ').filter(Boolean).map(Number)
}

/** The pid of the parent of a local process, or null where there is no `/proc`. */
export function parentPid(pid: number): number | null {
  return readStat(pid)?.parentPid ?? null
}

/**
 * CPU seconds used so far by a process, by the children it has forked, and by those that have ended:
 * for PostgreSQL that is the postmaster with all its backends. Null where there is no `/proc`.
 */
export function processTreeCpuS(pid: number): number | null {
  const root = readStat(pid)
  if (root === null) return null
  const ticks = childPids(pid).reduce((sum, child) => sum + (readStat(child)?.ownTicks ?? 0), root.ownTicks)
  return (ticks + root.endedChildrenTicks) / ticksPerS
}

/**
 * CPU seconds that the whole machine was busy since it started, time that its host took away included.
 * Null where there is no `/proc`.
 */
export function machineBusyS(): number | null {
  const text = readText('/proc/stat')
  if (text === null) return null
  const [user = 0, nice = 0, system = 0, , , irq = 0, softIrq = 0, steal = 0] = text
    .slice(0, text.indexOf('\n'))
    .split(/\s+/)
    .slice(1)
    .map(Number)
  return (user + nice + system + irq + softIrq + steal) / ticksPerS
}

function readStat(pid: number) {
  const text = readText(`/proc/${pid}/stat`)
  if (text === null) return null
  // The second field is the program's name in parentheses and may itself hold spaces and parentheses.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  const ticks = (index: number) => Number(fields[index])
  return {
    parentPid: ticks(1),
    ownTicks: ticks(11) + ticks(12),
    endedChildrenTicks: ticks(13) + ticks(14),
  }
}

function readText(path: string): string | null {
  try {
    return readFileSync(path, 'utf8').trim()
  } catch {
    // No such process, or a system without /proc: the figure is left out of the report.
    return null
  }
}
