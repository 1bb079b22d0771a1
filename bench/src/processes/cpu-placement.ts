import { spawnSync } from 'node:child_process'
import { availableParallelism } from 'node:os'

/**
 * Which CPU the server under test has to itself, and which one PostgreSQL and the load share. Null where
 * the machine has no `taskset` or a single CPU: the processes then run where the kernel puts them.
 */
export type CpuPlacement = { readonly serverCpu: number; readonly restCpu: number } | null

/** The placement that this machine allows. */
export function detectCpuPlacement(): CpuPlacement {
  if (availableParallelism() < 2 || spawnSync('taskset', ['--version']).status !== 0) return null
  const [serverCpu, restCpu] = allowedCpus()
  return serverCpu === undefined || restCpu === undefined ? null : { serverCpu, restCpu }
}

/** The CPUs that this process may use: inside a container they need not start at 0. */
function allowedCpus(): number[] {
  const { stdout } = spawnSync('taskset', ['-cp', String(process.pid)], { encoding: 'utf8' })
  return parseCpuList(stdout.slice(stdout.lastIndexOf(':') + 1).trim())
}

/** Expands the kernel's list notation: `0-2,5` is 0, 1, 2 and 5. */
export function parseCpuList(list: string): number[] {
  return list.split(',').flatMap((range) => {
    const [first, last = first] = range.split('-').map((end) => Number.parseInt(end, 10))
    if (first === undefined || last === undefined || Number.isNaN(first + last)) return []
    return Array.from({ length: last - first + 1 }, (_, offset) => first + offset)
  })
}

/** The command that runs `command` on one CPU; `taskset` replaces itself, so the pid is the command's. */
export function pinned(command: readonly string[], cpu: number | null): readonly string[] {
  return cpu === null ? command : ['taskset', '-c', String(cpu), ...command]
}

/** Moves running processes to one CPU; what they fork later inherits it. */
export function pinProcesses(pids: readonly number[], cpu: number): void {
  for (const pid of pids) spawnSync('taskset', ['-a', '-c', '-p', String(cpu), String(pid)])
}
