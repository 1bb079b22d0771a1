import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { stopOrphanedPostmaster } from './orphaned-postmaster.js'
import { unreadablePassword } from './password-file.js'
import { type Postmaster, spawnPostmaster } from './postmaster.js'
import { type Login, untilReady } from './readiness.js'
import { openServerLog, type ServerLog } from './server-log.js'
import { createSocketDirectory } from './socket-directory.js'
import type { UnprivilegedUser } from './unprivileged-user.js'

export interface Launch {
  dataDir: string
  cluster: string
  postgres: string
  password: string
  user: UnprivilegedUser | null
  log: (line: string) => void
}

export interface RunningPostgres {
  postmaster: Postmaster
  serverLog: ServerLog
  connectionString: string
  /** Removes what is of no use once the server has ended. */
  tidy(): void
}

const retryMsMax = 20_000
const passwordRefused = '28P01'
// The processes of a server that was killed take a moment to notice, and until then they keep the cluster.
const stillLeaving = /lock file ".*" already exists|pre-existing shared memory block/

/** Runs the server of a cluster until it accepts queries, once nothing of an earlier server is left. */
export async function launch(options: Launch): Promise<RunningPostgres> {
  const retryUntil = Date.now() + retryMsMax
  for (;;) {
    await stopOrphanedPostmaster(options.cluster, options.log)
    const attempt = begin(options)
    try {
      await untilReady(attempt.login, 'claviger', attempt.postmaster.ended)
      return attempt
    } catch (error) {
      await attempt.postmaster.stop()
      const lastWords = attempt.serverLog.lastLines(5).join('\n')
      attempt.tidy()
      const { code, message } = error as NodeJS.ErrnoException
      if (code === passwordRefused) throw unreadablePassword(options.dataDir, error)
      if (!stillLeaving.test(lastWords) || Date.now() > retryUntil) {
        throw new Error(`${message}; its log postgres.log ends with:\n${lastWords}`, { cause: error })
      }
      await wait(100)
    }
  }
}

/** Port and sslmode are spelled out because PGPORT and PGSSLMODE in the environment would apply otherwise. */
function connectionString({ host, port, user, password }: Login): string {
  return `postgresql://${user}:${password}@localhost/claviger?host=${host}&port=${port}&sslmode=disable`
}

function begin({ dataDir, cluster, postgres, password, user }: Launch) {
  const socketDir = createSocketDirectory(dataDir, user)
  const serverLog = openServerLog(join(dataDir, 'postgres.log'))
  const login = { host: socketDir, port: 5432, user: 'claviger', password }
  return {
    postmaster: spawnPostmaster({ postgres, cluster, socketDir, logDescriptor: serverLog.descriptor, user }),
    serverLog,
    login,
    connectionString: connectionString(login),
    tidy() {
      serverLog.close()
      rmSync(socketDir, { recursive: true, force: true })
    },
  }
}
