import { readFileSync } from 'node:fs'
import { getMigrations } from 'better-auth/db/migration'
import type { Pool } from 'pg'
import { betterAuthOptions } from './better-auth-options.js'

// The package does not export its own package.json, which stands one directory above the entry point.
const manifestUrl = new URL('../package.json', import.meta.resolve('@better-auth/api-key'))

/** The version of the plugin, and of Better Auth itself. */
export const { version } = JSON.parse(readFileSync(manifestUrl, 'utf8')) as { version: string }

/** Brings an empty database to the schema of Better Auth with all its plugins, which is good for fewer as well. */
export async function migrate(pool: Pool): Promise<void> {
  const server = { baseUrl: 'http://127.0.0.1', secret: 'of no server', isAlone: false }
  const options = betterAuthOptions({ pool, ...server })
  await (await getMigrations(options)).runMigrations()
}
