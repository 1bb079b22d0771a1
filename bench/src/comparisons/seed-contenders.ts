import type { Seeded } from '../contenders/contender.js'
import { copyDatabase, createEmptyDatabase, dropDatabase, settleDatabase } from '../postgres/databases.js'
import type { Progress } from '../report/progress.js'
import type { Comparison, Side } from './comparison.js'

/** A side with a filled database of its own, which is never measured itself: rounds work on copies of it. */
export type SeededContender = {
  readonly side: Side
  readonly databaseName: string
  readonly seeded: Seeded
}

/** Fills a database for each side on one server, and leaves all of it at rest. */
export async function seedContenders(
  comparison: Comparison,
  options: { superuserUrl: string; progress: Progress; signal: AbortSignal },
): Promise<readonly SeededContender[]> {
  const { superuserUrl, progress, signal } = options
  const all: SeededContender[] = []
  for (const side of comparison.sides) {
    const { contender, userCount } = side
    signal.throwIfAborted()
    progress.step(`seeding ${contender.name} with ${userCount.toLocaleString('en-US')} users`)
    const databaseName = databaseNameOf(comparison, side)
    const databaseUrl = await createEmptyDatabase(superuserUrl, databaseName)
    const seeded = await contender.seed(databaseUrl, userCount, (doneCount) => {
      // Thrown through the seed's own clean-up: the way to interrupt a bulk insert between its batches.
      signal.throwIfAborted()
      progress.share(doneCount / userCount)
    })
    if (seeded.userIds.length !== userCount) {
      throw new Error(`${contender.name} was seeded with ${seeded.userIds.length} users, not ${userCount}.`)
    }
    await settleDatabase(databaseUrl)
    all.push({ side, databaseName, seeded })
  }
  return all
}

/**
 * Lends a fresh copy of a seeded database: what one round writes, the next does not find, so both sides
 * begin every round with the same rows.
 */
export async function withCopy<Result>(
  { databaseName }: { readonly databaseName: string },
  superuserUrl: string,
  work: (databaseUrl: string) => Promise<Result>,
): Promise<Result> {
  const copyName = copyNameOf(databaseName)
  try {
    return await work(await copyDatabase(superuserUrl, databaseName, copyName))
  } finally {
    await dropQuietly(superuserUrl, copyName)
  }
}

/** Removes the databases of a comparison. */
export async function dropContenderDatabases(comparison: Comparison, superuserUrl: string): Promise<void> {
  for (const side of comparison.sides) await dropWithCopy(superuserUrl, databaseNameOf(comparison, side))
}

/** Removes a seeded database, and the copy that a round may have left. */
export async function dropWithCopy(superuserUrl: string, databaseName: string): Promise<void> {
  await dropQuietly(superuserUrl, copyNameOf(databaseName))
  await dropQuietly(superuserUrl, databaseName)
}

/** What cannot be dropped is replaced by the next run, and must not hide the error that came before. */
async function dropQuietly(superuserUrl: string, databaseName: string): Promise<void> {
  await dropDatabase(superuserUrl, databaseName).catch(() => {})
}

/** With the place of the side, because both may be the same contender. */
function databaseNameOf({ name, sides }: Comparison, side: Side): string {
  return `claviger_bench_${name}_${side.contender.slug}_${sides.indexOf(side) + 1}`.replaceAll('-', '_')
}

function copyNameOf(databaseName: string): string {
  return `${databaseName}_round`
}
