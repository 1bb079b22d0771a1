import type { Config } from '@claviger/server/config'
import { version } from '../version.js'
import type { ServerState } from './find-server.js'
import { bad, type Finding, good } from './finding.js'

/** Whether the server of the data directory runs, as the version that is installed, with all its parts. */
export function checkServer({ worker }: Pick<Config, 'worker'>, server: ServerState): Finding {
  switch (server.kind) {
    case 'none':
      return bad('server', 'It has not run with this data directory. Start it with npm start.')
    case 'unknown':
      return bad('server', server.message)
    case 'stopped':
      return bad('server', 'It is not running. Start it with npm start.')
    case 'silent':
      return bad('server', `It does not answer at ${server.url}. Look into its log, and start it again.`)
    case 'stranger':
      return bad('server', `Another program answers at ${server.url}. Stop that one, and start Claviger.`)
  }
  const { health, url } = server
  if (!health.services.database)
    return bad('server', `It runs at ${url} and cannot reach its database. Start that.`)
  if (worker && !health.services.worker) {
    return bad(
      'server',
      'Its worker does not run. Start it again; if that is meant, set CLAVIGER_WORKER=off here too.',
    )
  }
  if (health.version !== version) {
    return bad('server', `It runs version ${health.version}, and ${version} is installed. Start it again.`)
  }
  return good('server', `Version ${version} is healthy at ${url}.`)
}
