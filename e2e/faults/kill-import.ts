import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Claviger } from '@claviger/sdk'
import { createInstallation } from '../installation.js'
import { type Fault, seconds } from './fault.js'
import { foreignHashes } from './foreign-hashes.js'

const program = fileURLToPath(new URL('../../packages/cli/bin/claviger.mjs', import.meta.url))
const kinds = Object.keys(foreignHashes)
/** As many first sign-ins of each kind as are tried; all of them are within the limit of one address. */
const signInsPerKind = 10
const wrong = 'Not-the-password-1'

const passwordOf = (n: number) => `Correct-horse-${n}`
const emailOf = (n: number) => `${n}@example.com`

/** An import that is killed in the middle, and whose server loses its power in the middle. */
export const killImport: Fault = {
  name: 'kill-import',
  what: 'an import of 100,000 users with seven kinds of hashes, killed, its server killed, resumed, run again',
  async run({ minutes }) {
    const users = minutes === 0 ? 3_000 : 100_000
    const folder = await mkdtemp(join(tmpdir(), 'claviger-import-'))
    const installation = await createInstallation()
    try {
      await writeUsers(join(folder, 'users.jsonl'), users)
      await installation.start()
      const secretKey = await installation.makeKey()
      const run = () =>
        importUsers(folder, { CLAVIGER_URL: installation.url, CLAVIGER_SECRET_KEY: secretKey })

      const startedAt = performance.now()
      const first = run()
      await progressed(folder, users / 3)
      first.child.kill('SIGKILL')
      await first.ended
      const second = run()
      await progressed(folder, (2 * users) / 3)
      await installation.killTree()
      const { code } = await second.ended
      await installation.start()
      const third = await run().ended
      const importedMs = performance.now() - startedAt

      const repeatedAt = performance.now()
      const again = await run().ended
      const repeatedMs = performance.now() - repeatedAt

      const sdk = new Claviger({ baseUrl: installation.url, secretKey })
      const { total } = await sdk.users.list({ limit: 1 })
      const { total: made } = await sdk.events.list({ type: 'user.created', limit: 1 })
      const rate = (ms: number) => Math.round(users / (ms / 1_000))
      return {
        figures: {
          users,
          'kinds of hashes': kinds.length,
          'the import with both kills': seconds(importedMs),
          'rows a second, with both kills': rate(importedMs),
          'rows a second of the repetition': rate(repeatedMs),
          'first sign-ins tried': kinds.length * (signInsPerKind + 1),
        },
        mustBeZero: {
          'users missing': users - total,
          'users made more than once': made - total,
          'users that failed': (third.counts?.failed ?? users) + (again.counts?.failed ?? users),
          'users that the repetition changed': users - (again.counts?.unchanged ?? 0),
          'imports that hid a lost server': code === 0 ? 1 : 0,
          'sign-ins that went wrong': await wrongSignIns(installation.url, users),
        },
      }
    } finally {
      await installation.remove()
      await rm(folder, { recursive: true, force: true })
    }
  },
}

/** A line of JSON for each user, every one with a password and a salt of its own. */
async function writeUsers(path: string, users: number): Promise<void> {
  const file = createWriteStream(path)
  for (let n = 0; n < users; n++) {
    const hash = foreignHashes[kinds[n % kinds.length] as string]
    const passwordHash = await hash?.(passwordOf(n))
    const line = { externalId: `old-${n}`, email: emailOf(n), emailVerified: true, passwordHash }
    if (!file.write(`${JSON.stringify(line)}\n`)) await once(file, 'drain')
  }
  file.end()
  await once(file, 'finish')
}

interface Ended {
  readonly code: number | null
  /** Of the whole file, what was done before a kill included. */
  readonly counts: Record<'created' | 'updated' | 'unchanged' | 'failed', number> | undefined
}

function importUsers(
  cwd: string,
  env: Record<string, string>,
): { child: ChildProcess; ended: Promise<Ended> } {
  const child = spawn(
    process.execPath,
    [program, 'import', 'users', 'users.jsonl', '--from', 'jsonl', '--json'],
    {
      cwd,
      env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env },
      stdio: ['ignore', 'pipe', 'ignore'],
    },
  )
  let output = ''
  child.stdout?.on('data', (chunk) => {
    output += chunk
  })
  const ended = once(child, 'close').then(([code]) => ({
    code,
    counts: output === '' ? undefined : JSON.parse(output).counts,
  }))
  return { child, ended }
}

/** Waits until the import has acknowledged so many lines. */
async function progressed(folder: string, lines: number): Promise<void> {
  const checkpoint = join(folder, 'users.jsonl.report.jsonl.checkpoint')
  for (let done = 0; done < lines; ) {
    await new Promise((resolve) => setTimeout(resolve, 5))
    // It is not there before the first batch.
    done = await readFile(checkpoint, 'utf8').then(
      (text) => JSON.parse(text).lines,
      () => 0,
    )
  }
}

/** Signs in some users of each kind, and one of each with a wrong password, which must be refused. */
async function wrongSignIns(url: string, users: number): Promise<number> {
  let mismatches = 0
  const tries = async (n: number, password: string, expected: number) => {
    const response = await fetch(`${url}/v1/auth/sign-in/email-password`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ email: emailOf(n), password }),
    })
    if (response.status !== expected) mismatches++
  }
  const rounds = Math.floor(users / kinds.length)
  for (const [k] of kinds.entries()) {
    await tries(k, wrong, 401)
    // Spread over the whole file, so over what was written before, between and after the kills.
    for (let i = 0; i < signInsPerKind; i++) {
      const n = Math.floor((i * rounds) / signInsPerKind) * kinds.length + k
      await tries(n, passwordOf(n), 200)
    }
  }
  return mismatches
}
