import { randomUUID } from 'node:crypto'
import pg from 'pg'
import { inject } from 'vitest'

/** A database of its own, cloned from the migrated template in a few milliseconds. */
export interface TestDatabase {
  /** Of the owner, who stands above every wall. */
  readonly url: string
  drop(): Promise<void>
}

export async function createTestDatabase(): Promise<TestDatabase> {
  const administratorUrl = inject('postgresUrl')
  const name = `test_${randomUUID().replaceAll('-', '')}`
  await runAsAdministrator(administratorUrl, `create database ${name} template claviger_template`)
  const url = new URL(administratorUrl)
  url.pathname = `/${name}`
  return {
    url: url.href,
    async drop() {
      await runAsAdministrator(administratorUrl, `drop database ${name} with (force)`)
    },
  }
}

export async function runAsAdministrator(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
}
