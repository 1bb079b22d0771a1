import { randomBytes, randomUUID } from 'node:crypto'
import { Writable } from 'node:stream'
import type { EnvironmentSettings } from '@claviger/contract'
import { Claviger, type ClavigerOptions } from '@claviger/sdk'
import pg from 'pg'
import { afterAll, beforeAll } from 'vitest'
import { compose } from '../src/compose.js'
import { newId } from '../src/kernel/ids.js'
import { createSeal, type Seal } from '../src/kernel/seal.js'
import { hashSecret, makeSecret } from '../src/kernel/secret.js'
import { bootstrap } from '../src/platform/db/bootstrap.js'
import { type Database, openDatabase } from '../src/platform/db/database.js'
import { createLogger } from '../src/platform/log/log.js'
import { type Browser, createBrowser } from './browser.js'
import { freePort } from './free-port.js'
import { type MovableClock, movableClock } from './movable-clock.js'
import { createTestDatabase, type TestDatabase } from './test-database.js'

/** A server with a database of its own, that a test file shares. */
export interface TestServer {
  readonly url: string
  readonly clock: MovableClock
  readonly seal: Seal
  readonly database: Database
  readonly databaseUrl: string
  readonly operatorToken: string
  readonly setupToken: string
  /** Sends the mails that are due, as a node that works does every second; answers how many tries it took. */
  deliverEmails(): Promise<number>
  /** The same for text messages. */
  deliverTextMessages(): Promise<number>
  /** Runs a job of the worker once, as the queue does when it is time. */
  runJob(name: string): Promise<void>
  /** Everything the server has logged, as lines of JSON. */
  readonly log: readonly string[]
  /** The owner's connection, above every wall: for looking at what really is in the tables. */
  readonly owner: pg.Pool
  /** A new environment in a new project, empty: what a test does is seen by no other test. */
  environment(options?: {
    name?: 'live' | 'test'
    settings?: Partial<EnvironmentSettings>
  }): Promise<TestEnvironment>
}

export interface TestEnvironment {
  readonly id: string
  readonly projectId: string
  /** As `Claviger-Environment` names it. */
  readonly name: string
  readonly secretKey: string
  readonly publishableKey: string
  /** The SDK with the secret key, without retries: a test wants to see the first answer. */
  readonly sdk: Claviger
  /** The SDK as the operator on the host. */
  readonly operator: Claviger
  /** A new browser that has been nowhere. */
  browser(): Browser
  /** A browser in which a new user has signed up. */
  signedUp(email?: string): Promise<Browser & { readonly userId: string; readonly email: string }>
}

export const goodPassword = 'Correct-horse-battery-9'

interface TestServerOptions {
  readonly requestsPerMinute?: number
  readonly smtpUrl?: string | undefined
  readonly smsHook?: { readonly url: string; readonly key: Buffer }
  readonly breachedPasswordsUrl?: string
  readonly trustedProxies?: string[]
  /** Whether it is reached at its public URL, for clients that derive what tokens say from where they send them. */
  readonly isAtPublicUrl?: boolean
  readonly isStarted?: () => boolean
}

/** Starts a server for the tests of a file, and ends it with them. */
export function testServer(options: TestServerOptions = {}): TestServer {
  const server = {} as { -readonly [K in keyof TestServer]: TestServer[K] }
  let end = async () => {}

  beforeAll(async () => {
    const testDatabase = await createTestDatabase()
    const started = await startTestServer(testDatabase, options)
    Object.assign(server, started.server)
    end = async () => {
      await started.stop()
      await testDatabase.drop()
    }
  })
  afterAll(() => end())
  return server
}

/** One node on a database; several on the same one are several nodes of an installation. */
export async function startTestServer(
  testDatabase: TestDatabase,
  {
    requestsPerMinute = 1_000_000,
    seal = createSeal(randomBytes(32)),
    clock = movableClock(),
    pooling = 'session',
    isAtPublicUrl = false,
    // What tokens name as issuer, so it is fixed before the port is known.
    publicUrl: issuer = 'http://claviger.test',
    smtpUrl,
    smsHook,
    breachedPasswordsUrl,
    trustedProxies = [],
    isStarted = () => true,
  }: TestServerOptions & {
    seal?: Seal
    clock?: MovableClock
    pooling?: 'session' | 'transaction'
    publicUrl?: string
  } = {},
): Promise<{ server: TestServer; stop(): Promise<void> }> {
  const fixedPort = isAtPublicUrl ? await freePort() : 0
  const publicUrl = isAtPublicUrl ? `http://127.0.0.1:${fixedPort}` : issuer
  await bootstrap(testDatabase.url, seal)
  const owner = new pg.Pool({
    connectionString: testDatabase.url,
    options: '-c search_path=claviger,public',
    max: 4,
  })
  owner.on('error', () => {})
  const database = openDatabase({
    connectionString: testDatabase.url,
    pooling,
    connectionsMax: 10,
    // A hundred at once queue for ten connections, on a machine that may have other things to do.
    connectionMsMax: 30_000,
    clockOffsetMs: clock.offsetMs,
  })
  const log: string[] = []
  const sink = new Writable({
    write(chunk, _encoding, done) {
      log.push(String(chunk))
      done()
    },
  })
  const operatorToken = makeSecret('op_')
  const setupToken = makeSecret('setup_')
  const application = await compose({
    config: {
      defaultEnvironment: { projectSlug: 'default', name: 'live' },
      requestsPerMinute,
      // Other servers of a test are on this very machine.
      outgoingAllow: ['127.0.0.0/8'],
      trustedProxies,
      smtp: smtpUrl === undefined ? undefined : { url: smtpUrl, from: 'Claviger <id@claviger.test>' },
      smsHook,
      breachedPasswordsUrl,
      worker: false,
    },
    publicUrl,
    version: '0.0.0-test',
    database,
    seal,
    clock,
    operatorToken,
    setupToken,
    logger: createLogger('debug', sink),
    isWorkerRunning: () => false,
    isStarted,
  })
  const port = await application.http.listen({ host: '127.0.0.1', port: fixedPort })
  const url = `http://127.0.0.1:${port}`

  const environment: TestServer['environment'] = async ({ name = 'test', settings = {} } = {}) => {
    const [id, projectId] = [newId(), newId()]
    const slug = `p-${randomUUID().slice(0, 13)}`
    await owner.query('insert into projects (id, slug, name) values ($1, $2, $2)', [projectId, slug])
    await owner.query('insert into environments (id, project_id, name, settings) values ($1, $2, $3, $4)', [
      id,
      projectId,
      name,
      JSON.stringify(settings),
    ])
    const secretKey = await insertKey(owner, id, 'secret', `sk_${name}_`)
    const publishableKey = await insertKey(owner, id, 'publishable', `pk_${name}_`)
    const sdk = (credential: ClavigerOptions) => new Claviger({ baseUrl: url, maxRetries: 0, ...credential })
    const made: TestEnvironment = {
      id,
      projectId,
      name: `${slug}/${name}`,
      secretKey,
      publishableKey,
      sdk: sdk({ secretKey }),
      operator: sdk({ operatorToken, environment: `${slug}/${name}` }),
      browser: () => createBrowser(url, publishableKey),
      async signedUp(email = `${randomUUID()}@example.com`) {
        const browser = made.browser()
        const answer = await browser.post('/v1/auth/sign-up/email-password', {
          email,
          password: goodPassword,
        })
        if (answer.status !== 201) throw new Error(`The sign-up failed: ${JSON.stringify(answer.body)}`)
        return Object.assign(browser, { userId: answer.body.userId as string, email })
      },
    }
    return made
  }

  return {
    server: {
      url,
      clock,
      seal,
      database,
      databaseUrl: testDatabase.url,
      operatorToken,
      setupToken,
      deliverEmails: application.deliveries.emails.run,
      deliverTextMessages: application.deliveries.textMessages.run,
      async runJob(name) {
        const job = application.jobs.find((each) => each.name === name)
        if (!job) throw new Error(`There is no job ${name}.`)
        await job.work(new AbortController().signal)
      },
      log,
      owner,
      environment,
    },
    async stop() {
      await application.stop()
      await database.close()
      await owner.end()
    },
  }
}

async function insertKey(
  owner: pg.Pool,
  environmentId: string,
  kind: string,
  prefix: string,
): Promise<string> {
  const secret = makeSecret(prefix)
  await owner.query(
    'insert into secret_keys (environment_id, id, kind, name, prefix, hash) values ($1, $2, $3, $4, $5, $6)',
    [environmentId, newId(), kind, 'Test', secret.slice(0, 16), hashSecret(secret)],
  )
  return secret
}
