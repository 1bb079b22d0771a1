import { spawn } from 'node:child_process'
import { totalmem } from 'node:os'
import { setTimeout as wait } from 'node:timers/promises'
import { programEnv } from './native-programs.js'
import { recordedPid } from './orphaned-postmaster.js'
import { shutDown } from './shutdown.js'
import type { UnprivilegedUser } from './unprivileged-user.js'

export interface Postmaster {
  /** Undefined when it could not be run, which `ended` then says. */
  pid: number | undefined
  /** How it ended, in words that follow "PostgreSQL". */
  ended: Promise<string>
  /** Resolves when it has ended; clients are cut off, but nothing that was committed is lost. */
  stop(): Promise<void>
}

export interface PostmasterOptions {
  postgres: string
  cluster: string
  socketDir: string
  logDescriptor: number
  user: UnprivilegedUser | null
}

/**
 * A sixteenth of the memory that there is, and no more than a million users and keys make use of, which is somewhat more
 * than half a gigabyte; less than 128 MiB is less than PostgreSQL has by default. None of it is taken before it is filled.
 */
export function sharedBuffersMib(
  memoryBytes = Math.min(totalmem(), process.constrainedMemory() || totalmem()),
): number {
  return Math.min(1024, Math.max(128, Math.floor(memoryBytes / 16 / 2 ** 20)))
}

export function spawnPostmaster({
  postgres,
  cluster,
  socketDir,
  logDescriptor,
  user,
}: PostmasterOptions): Postmaster {
  const settings = {
    listen_addresses: '',
    unix_socket_directories: socketDir,
    unix_socket_permissions: '0700',
    max_connections: 100,
    shared_buffers: `${sharedBuffersMib()}MB`,
    fsync: 'on',
    synchronous_commit: 'on',
    // The first change of a page after a checkpoint writes all of the page to the log. Where a million keys are in use,
    // the defaults have a checkpoint every half gigabyte of log, three quarters of which are such pages. These are seldom
    // enough, and what is replayed after a crash takes seconds.
    max_wal_size: '4GB',
    checkpoint_timeout: '15min',
    jit: 'off',
    timezone: 'UTC',
    log_timezone: 'UTC',
  }
  const args = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  const child = spawn(postgres, ['-D', cluster, ...args], {
    cwd: '/',
    env: { ...programEnv, ...disownRecordedPid(cluster) },
    // In a group of its own, so that Ctrl-C in the terminal reaches Node alone, which stops it last.
    detached: true,
    stdio: ['ignore', logDescriptor, logDescriptor],
    uid: user?.uid,
    gid: user?.gid,
  })
  const ended = new Promise<string>((resolve) => {
    child.on('error', (error) => resolve(`could not be run: ${error.message}`))
    child.once('exit', (status, signal) =>
      resolve(signal ? `was ended by ${signal}` : `ended with status ${status}`),
    )
  })
  // A Node that ends without calling stop(), by an uncaught exception say, still takes the database along.
  const stopWithNode = () => child.kill('SIGINT')
  process.once('exit', stopWithNode)
  void ended.then(() => process.off('exit', stopWithNode))

  const endsWithin = (timeoutMs: number) =>
    Promise.race([ended.then(() => true), wait(timeoutMs, false, { ref: false })])

  return {
    pid: child.pid,
    ended,
    async stop() {
      if (!(await shutDown((signal) => child.kill(signal), endsWithin))) child.kill('SIGKILL')
      await ended
    },
  }
}

/**
 * PostgreSQL refuses to start while the process in `postmaster.pid` exists, even if that is by now another
 * program, or a zombie that a container's first process never reaps. It makes an exception for the pid in
 * this variable, which pg_ctl uses for the same purpose. No server of this cluster runs under that pid any
 * more, and the check that guards the data is made all the same: does anybody have its shared memory open?
 */
function disownRecordedPid(cluster: string): NodeJS.ProcessEnv {
  const pid = recordedPid(cluster)
  return pid === null ? {} : { PG_GRANDPARENT_PID: String(pid) }
}
