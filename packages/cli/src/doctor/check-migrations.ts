import { counted } from '../output/progress.js'
import { bad, type Finding, good } from './finding.js'

/** Whether the database has exactly the migrations of this release; both as names with checksums. */
export function checkMigrations(
  applied: ReadonlyMap<string, string>,
  release: ReadonlyMap<string, string>,
): Finding {
  const newer = [...applied.keys()].filter((name) => !release.has(name))
  if (newer.length > 0) {
    const advice = 'Start that version, or restore a backup.'
    return bad(
      'migrations',
      `A newer version of Claviger has migrated the database (${newer.at(-1)}). ${advice}`,
    )
  }
  const changed = [...applied].find(([name, checksum]) => release.get(name) !== checksum)
  if (changed) {
    const advice = 'Restore its text, and add a new migration instead.'
    return bad('migrations', `${changed[0]} was changed after it was applied. ${advice}`)
  }
  const missing = release.size - applied.size
  if (missing > 0) {
    const them = counted(missing, 'migration')
    return bad(
      'migrations',
      `${them} of ${release.size} to apply: claviger migrate does it, and so does a start.`,
    )
  }
  return good('migrations', `All ${release.size} are applied.`)
}
