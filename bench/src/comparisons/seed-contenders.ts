import type { Contender, Seeded } from '../contenders/contender.js'
import { createEmptyDatabase, dropDatabase, settleDatabase } from '../postgres/databases.js'
import type { Progress } from '../report/progress.js'
import type { Comparison } from './comparison.js'

/** A contender with its own filled database. */
export type SeededContender = {
  readonly contender: Contender
  readonly databaseUrl: string
  readonly seeded: Seeded
}

/** Fills a database for each contender on one server, and leaves all of it at rest. */
export async function seedContenders(
  comparison: Comparison,
  options: { superuserUrl: string; userCount: number; progress: Progress; signal: AbortSignal },
): Promise<readonly SeededContender[]> {
  const { superuserUrl, userCount, progress, signal } = options
  const all: SeededContender[] = []
  for (const contender of comparison.contenders) {
    signal.throwIfAborted()
    progress.step(`seeding ${contender.name} with ${userCount.toLocaleString('en-US')} users`)
    const databaseUrl = await createEmptyDatabase(superuserUrl, databaseName(comparison, contender))
    const seeded = await contender.seed(databaseUrl, userCount, (doneCount) => {
      // Thrown through the seed's own clean-up: the way to interrupt a bulk insert between its batches.
      signal.throwIfAborted()
      progress.detail(`${Math.floor((doneCount / userCount) * 100)} %`)
    })
    if (seeded.userIds.length !== userCount) {
      throw new Error(`${contender.name} was seeded with ${seeded.userIds.length} users, not ${userCount}.`)
    }
    all.push({ contender, databaseUrl, seeded })
  }
  // After all seeds, so that none leaves its pages to be written during another's measurement.
  for (const { databaseUrl } of all) await settleDatabase(databaseUrl)
  return all
}

/** Removes the databases of a comparison. */
export async function dropContenderDatabases(comparison: Comparison, superuserUrl: string): Promise<void> {
  for (const contender of comparison.contenders) {
    // What cannot be dropped is replaced by the next run, and must not hide the error that came before.
    await dropDatabase(superuserUrl, databaseName(comparison, contender)).catch(() => {})
  }
}

function databaseName(comparison: Comparison, contender: Contender): string {
  return `claviger_bench_${comparison.name}_${contender.slug}`.replaceAll('-', '_')
}
