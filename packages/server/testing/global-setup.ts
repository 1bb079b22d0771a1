import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { startEmbeddedPostgres } from '../src/platform/db/embedded/index.js'
import { migrate } from '../src/platform/db/migrate.js'
import { runAsAdministrator } from './test-database.js'

declare module 'vitest' {
  interface ProvidedContext {
    postgresUrl: string
  }
}

/** One PostgreSQL for the whole run, with a migrated template that every test file clones. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const dataDir = await mkdtemp(join(tmpdir(), 'claviger-test-'))
  // As root the database runs as another user, who has to get through this folder.
  await chmod(dataDir, 0o711)
  const postgres = await startEmbeddedPostgres({
    dataDir,
    onExit: (reason) => console.error(`The test database ended: ${reason}`),
  })
  await runAsAdministrator(postgres.connectionString, 'create database claviger_template')
  const template = new URL(postgres.connectionString)
  template.pathname = '/claviger_template'
  await migrate(template.href)
  project.provide('postgresUrl', postgres.connectionString)
  return async () => {
    await postgres.stop()
    await rm(dataDir, { recursive: true, force: true })
  }
}
