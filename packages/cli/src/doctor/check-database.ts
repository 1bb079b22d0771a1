import type { DatabaseState } from '@claviger/server/inspect'
import { bad, type Finding, good } from './finding.js'

const versionNumberMin = 150_000

/** Whether the database is one that the server can work with. */
export function checkDatabase({ version, versionNumber, isReplica }: DatabaseState): Finding {
  if (versionNumber < versionNumberMin) {
    return bad('database', `PostgreSQL ${version} is too old. Point CLAVIGER_DATABASE_URL at 15 or newer.`)
  }
  if (isReplica) {
    return bad(
      'database',
      'The database is a replica and takes no writes. Point CLAVIGER_DATABASE_URL at its primary.',
    )
  }
  return good('database', `PostgreSQL ${version} answers.`)
}
