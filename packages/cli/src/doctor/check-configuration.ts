import type { Config } from '@claviger/server/config'
import type { Context } from '../context.js'
import { serverVariables } from '../data-directory.js'
import { bad, type Finding, good } from './finding.js'

/** Reads the configuration as the server does; every variable that is wrong is a finding of its own. */
export async function checkConfiguration(
  context: Context,
): Promise<{ readonly findings: readonly Finding[]; readonly config: Config | undefined }> {
  const { ConfigError, readConfig } = await import('@claviger/server/config')
  try {
    const config = readConfig(serverVariables(context), context.cwd)
    const set = Object.keys(context.env)
      .filter((name) => name.startsWith('CLAVIGER_'))
      .sort()
    const found = set.length === 0 ? 'No variable is set, and none has to be.' : `Valid: ${set.join(', ')}.`
    return { config, findings: [good('configuration', found)] }
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    return { config: undefined, findings: error.problems.map((problem) => bad('configuration', problem)) }
  }
}
