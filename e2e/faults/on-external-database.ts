import { mkdir, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { createInstallation, type Installation } from '../installation.js'
import { createExternalDatabase, type ExternalDatabase } from './external-database.js'
import { type Answers, findLost, type Load, startLoad, type Target, untilAnswered } from './load.js'

/** A server on a database of its own that is not in its hands, under load. */
export interface Scene {
  readonly database: ExternalDatabase
  readonly installation: Installation
  readonly target: Target
  readonly load: Load
}

interface Circumstances {
  readonly clients?: number
  /** The way to the database that the server gets to know. */
  readonly reach?: (url: string) => Promise<string>
  /** Where the database is kept. */
  readonly parent?: string
  /** Where the log of the server is kept. */
  readonly logDisk?: string
}

/** Runs a fault under load, and looks afterwards whether everything that was acknowledged is there. */
export async function onExternalDatabase(
  work: (scene: Scene) => Promise<void>,
  { clients, reach, parent, logDisk }: Circumstances = {},
): Promise<{ answers: Answers; lost: string[] }> {
  const database = await createExternalDatabase(parent)
  const installation = await createInstallation()
  try {
    if (logDisk) {
      await mkdir(installation.dataDir)
      await symlink(join(logDisk, 'claviger.log'), join(installation.dataDir, 'claviger.log'))
    }
    await installation.start({
      CLAVIGER_DATABASE_URL: reach ? await reach(database.url) : database.url,
    })
    const target = { url: installation.url, secretKey: await installation.makeKey() }
    // It answers before its worker runs; a fault before that would be one of the start.
    while (!(await isWhole(target.url))) await new Promise((resolve) => setTimeout(resolve, 20))
    const load = startLoad(target, clients)
    await untilAnswered(load, 200)
    await work({ database, installation, target, load })
    await untilAnswered(load, 200)
    const answers = await load.stop()
    return { answers, lost: await findLost(target, answers.created) }
  } catch (error) {
    // What the server said of it is worth more than what its client saw.
    await new Promise((resolve) => setTimeout(resolve, 500))
    process.stderr.write(installation.output())
    throw error
  } finally {
    await installation.remove()
    await database.remove()
  }
}

async function isWhole(url: string): Promise<boolean> {
  const { status } = (await (await fetch(`${url}/health`)).json()) as { status: string }
  return status === 'ok'
}

/** What is said of every fault under load. */
export function underLoad({ answers, lost }: { answers: Answers; lost: string[] }) {
  return {
    figures: {
      'good answers': answers.good,
      '503 with Retry-After': answers.unavailable,
      outcome_unknown: answers.outcomeUnknown,
      acknowledged: answers.created.size,
    },
    mustBeZero: { 'wrong answers': answers.wrong.length, 'acknowledged and lost': lost.length },
  }
}
