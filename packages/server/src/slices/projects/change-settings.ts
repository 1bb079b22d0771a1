import { type EnvironmentSettings, errors, type Environment as WireEnvironment } from '@claviger/contract'
import type { Call } from '#kernel/call'
import { fail } from '#kernel/failure'
import { environmentOf } from './environment.js'
import { presentEnvironment } from './present.js'
import * as store from './store.js'

/** Changes the settings that are named, in the environment of the call. */
export async function changeSettings(
  call: Call,
  settings: Partial<EnvironmentSettings>,
): Promise<WireEnvironment> {
  if (Object.keys(settings).length === 0) return presentEnvironment(call.environment)
  return call.tx(async (tx) => {
    const row = await store.updateSettings(tx, settings)
    // Purged since the request was let in.
    if (!row) throw fail(errors.project_environment_not_found)
    const updated = presentEnvironment(environmentOf(row))
    await call.record(tx, 'environment.updated', { environment: updated })
    return updated
  })
}
