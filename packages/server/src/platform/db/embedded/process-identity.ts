import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

/**
 * Names the moment a process began, so that a later process with the same pid is not mistaken for it.
 * Null when no such process runs. A zombie has ended and only waits for its parent, so it does not run.
 */
export function processStart(pid: number, platform: NodeJS.Platform = process.platform): string | null {
  return platform === 'linux' ? startFromProc(pid) : startFromPs(pid)
}

/** The command line with one space after each argument; empty when no such process runs. */
export function processCommandLine(pid: number, platform: NodeJS.Platform = process.platform): string {
  if (platform !== 'linux') return `${ps(pid, '-ww', '-o', 'args=')} `
  return readOrEmpty(`/proc/${pid}/cmdline`).replaceAll('\0', ' ')
}

function startFromProc(pid: number): string | null {
  const stat = readOrEmpty(`/proc/${pid}/stat`)
  // The second field is the program's name in parentheses and may itself contain spaces and parentheses.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const [state, startTicks] = [fields[0], fields[19]]
  if (!state || !startTicks || 'ZX'.includes(state)) return null
  // Ticks count from boot, and machines that boot alike give out the same pids at the same ticks.
  return `${readOrEmpty('/proc/sys/kernel/random/boot_id').trim()}/${startTicks}`
}

function startFromPs(pid: number): string | null {
  const [state, ...start] = ps(pid, '-o', 'stat=', '-o', 'lstart=').split(/\s+/)
  return !state || state.startsWith('Z') ? null : start.join(' ')
}

function ps(pid: number, ...columns: string[]): string {
  // Dates are printed in the language and zone of the caller, and the next caller may have others.
  const env = { ...process.env, LC_ALL: 'C', TZ: 'UTC' }
  const { stdout, error } = spawnSync('ps', [...columns, '-p', String(pid)], { encoding: 'utf8', env })
  if (error) throw error
  return stdout.trim()
}

function readOrEmpty(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
