import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { goodPassword, testServer } from '@claviger/server/testing'
import { expect, it } from 'vitest'
import { operatorOf, runCommand, temporaryFolder } from '../../testing/run-command.js'

const server = testServer()
const bcrypt = '$2b$10$nOUIs5kJ7naTuTFkBy1veuK0kSxUFXfuaOKdOKf9xYT0KKIGSJwFa'

async function place(content: string) {
  const [environment, cwd] = [await server.environment(), await temporaryFolder()]
  await writeFile(join(cwd, 'users'), content)
  const env = { CLAVIGER_URL: server.url, CLAVIGER_SECRET_KEY: environment.secretKey }
  const run = (...args: string[]) => runCommand(args, { env, cwd })
  const report = async () =>
    (await readFile(join(cwd, 'users.report.jsonl'), 'utf8'))
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
  return { ...environment, env, cwd, run, report }
}

const firebaseHash =
  'lSrfV15cpx95/sZS2W9c9Kp6i/LVgQNDNC/qzrCnh1SAyZvqmZqAjTdn3aoItz+VHjoZilo78198JAdRuid5lQ=='
const hashConfig = `hash_config {
  algorithm: SCRYPT,
  base64_signer_key: jxspr8Ki0RYycVU8zykbdLGjFQ3McFUH0uiiTvC8pVMXAn210wjLNmdZJzxUECKbm0QsEmYUSDzZvpjeJ9WmXA==,
  base64_salt_separator: Bw==,
  rounds: 8,
  mem_cost: 14,
}`
const firebaseCells = ['fb1', 'ada@example.com', 'true', firebaseHash, '42xEC+ixf3L2lw==', 'Ada', '']
const firebaseCsv = [...firebaseCells, ...Array(16).fill(''), '1486324027000', '', '', 'false', ''].join(',')

it.each([
  [
    'auth0',
    `{"user_id":"auth0|1","email":"ada@example.com","email_verified":true,"phone_number":"+905321234567","phone_verified":true,"passwordHash":"${bcrypt}","created_at":"2020-01-01T00:00:00.000Z","nickname":"ada","app_metadata":{"plan":"x"}}\n{"_id":{"$oid":"2"},"email":"bob@example.com","phone_number":"+905321234568"}\n`,
    'auth0|1',
    {
      phoneNumber: '+905321234567',
      emails: [{ isVerified: true }],
      publicMetadata: { nickname: 'ada' },
      privateMetadata: { plan: 'x' },
    },
  ],
  [
    'clerk',
    `id,first_name,last_name,username,primary_email_address,verified_email_addresses,password_digest,password_hasher,primary_phone_number,verified_phone_numbers\nuser_1,Ada,L,ada,ada@example.com,ada@example.com,${bcrypt},bcrypt,+905321234567,+905321234567\nuser_2,,,,,,,,+905321234568,\n`,
    'user_1',
    {
      username: 'ada',
      phoneNumber: '+905321234567',
      emails: [{ isVerified: true }],
      publicMetadata: { first_name: 'Ada', last_name: 'L' },
    },
  ],
  ['firebase', `${firebaseCsv}\nfb2,${','.repeat(27)}\n`, 'fb1', { createdAt: '2017-02-05T19:47:07.000Z' }],
  [
    'firebase',
    JSON.stringify(
      {
        users: [
          {
            localId: 'fb1',
            email: 'ada@example.com',
            passwordHash: firebaseHash,
            salt: '42xEC+ixf3L2lw==',
            phoneNumber: '+905321234567',
          },
          { localId: 'fb2', disabled: true },
        ],
      },
      null,
      2,
    ),
    'fb1',
    { emails: [{ isVerified: false }], phoneNumber: '+905321234567' },
  ],
  [
    'supabase',
    `id,email,encrypted_password,email_confirmed_at,raw_app_meta_data,raw_user_meta_data,created_at,phone,phone_confirmed_at\ns1,ada@example.com,${bcrypt},2021-01-01 00:00:00+00,"{""provider"":""email""}",{},2021-01-01 00:00:00.123+00,905321234567,2021-01-01 00:00:00+00\ns2,,,,,,,905321234568,\n`,
    's1',
    {
      phoneNumber: '+905321234567',
      createdAt: '2021-01-01T00:00:00.123Z',
      privateMetadata: { provider: 'email' },
    },
  ],
  [
    'kolaylogin',
    JSON.stringify({
      users: [
        {
          id: 'k1',
          username: 'ada',
          externalId: null,
          isBanned: false,
          emails: [{ email: 'ada@example.com', isPrimary: true, isVerified: true }],
          createdAt: '2021-01-01T00:00:00.000Z',
        },
        { id: 'k2', emails: [] },
      ],
      total: 2,
    }),
    'k1',
    { emails: [{ email: 'ada@example.com', isVerified: true }] },
  ],
  [
    'csv',
    `email,password,publicMetadata,phoneNumber\nada@example.com,${goodPassword},"{""n"":1}",'+905321234567\nbob@example.com,,,\n`,
    'ada@example.com',
    { publicMetadata: { n: 1 }, phoneNumber: '+905321234567' },
  ],
])('import users reads an export of %s', async (from, content, externalId, expected) => {
  const { run, cwd, sdk } = await place(content)
  await writeFile(join(cwd, 'config'), hashConfig)
  const args = ['import', 'users', 'users', '--from', from, '--hash-params', 'config', '--json']
  const dry = await run(...args, '--dry-run')
  expect(JSON.parse(dry.stdout)).toMatchObject({ dryRun: true, counts: { created: 2, failed: 0 } })
  expect((await sdk.users.list()).total).toBe(0)
  const { exitCode, stdout } = await run(...args)
  expect(JSON.parse(stdout).counts).toEqual({ created: 2, updated: 0, unchanged: 0, failed: 0 })
  expect(exitCode).toBe(0)
  const { users } = await sdk.users.list({ externalId })
  expect(users[0]).toMatchObject({ email: 'ada@example.com', ...expected })
  expect(JSON.parse((await run(...args)).stdout).counts).toMatchObject({ created: 0, unchanged: 2 })
})

it('import users takes what it can of a hostile file, and says why it leaves the rest', async () => {
  const lines = [
    '{"externalId":"1","email":"ada@example.com"}',
    'no JSON',
    '{"externalId":"2","username":"a\\u0000b"}',
    '{"externalId":"3","username":"\\ud800"}',
    JSON.stringify({ externalId: '4', publicMetadata: { x: 'x'.repeat(1_000_000) } }),
    '{"externalId":"5","email":"nobody"}',
    '{"externalId":"6","createdAt":"yesterday"}',
    '[]',
    '{"externalId":"7","banReason":"=cmd()"}',
    '{"externalId":"8","publicMetadata":{"x":"\\\\u0000"}}',
  ]
  const { run, report, sdk } = await place(lines.join('\n'))
  const { exitCode, stdout, stderr } = await run('import', 'users', 'users', '--from', 'jsonl')
  expect(exitCode).toBe(1)
  expect(stdout).toContain('3 created, 0 updated, 0 unchanged, 7 failed.')
  expect(stderr).toContain('7 failed.')
  const rows = await report()
  expect(
    rows.map(({ line, outcome }) => `${line} ${outcome}`).filter((row) => row.endsWith('created')),
  ).toEqual(['1 created', '9 created', '10 created'])
  expect(rows.filter(({ outcome }) => outcome === 'failed').every(({ detail }) => detail)).toBe(true)
  expect((await sdk.users.list()).total).toBe(3)
})

it('import users goes on where it was killed, and makes each user exactly once', async () => {
  const root = fileURLToPath(new URL('../../../..', import.meta.url))
  await promisify(execFile)(join(root, 'node_modules/.bin/tsc'), ['-b', 'packages/cli'], { cwd: root })
  const users = Array.from({ length: 4_000 }, (_, i) =>
    JSON.stringify({ externalId: `${i}`, email: `${i}@example.com` }),
  )
  const { run, env, cwd, report, sdk } = await place(users.join('\n'))
  const args = ['import', 'users', 'users', '--from', 'jsonl', '--json']
  const child = spawn(join(root, 'packages/cli/bin/claviger.mjs'), args, {
    cwd,
    env: { ...process.env, ...env },
  })
  const exit = once(child, 'exit')
  const checkpoint = join(cwd, 'users.report.jsonl.checkpoint')
  await expect.poll(() => existsSync(checkpoint), { interval: 5 }).toBe(true)
  child.kill('SIGKILL')
  expect(await exit).toEqual([null, 'SIGKILL'])
  const { lines } = JSON.parse(await readFile(checkpoint, 'utf8'))
  expect(lines).toBeLessThan(4_000)

  const { exitCode, stdout } = await run(...args)
  expect(exitCode).toBe(0)
  const { counts } = JSON.parse(stdout)
  expect(counts.created + counts.unchanged).toBe(4_000)
  expect((await report()).map(({ line }) => line)).toEqual(Array.from({ length: 4_000 }, (_, i) => i + 1))
  expect((await sdk.users.list()).total).toBe(4_000)
  expect((await sdk.events.list({ type: 'user.created' })).total).toBe(4_000)
  expect(existsSync(checkpoint)).toBe(false)
}, 240_000)

it('export users neutralises what a spreadsheet would run, and reads back what it wrote', async () => {
  const { run, cwd, sdk } = await place('')
  await sdk.imports.users({
    users: ['=cmd()', '+1', '-1', '@x', '\tx', '\rx', 'a"b,c'].map((externalId) => ({ externalId })),
  })
  const csv = (await run('export', 'users', '--format', 'csv')).stdout
  expect(csv).not.toMatch(/(^|,)"?[=+\-@\t\r]/m)
  expect(csv).toContain(`"'=cmd()"`)
  await run('export', 'users', '--out', 'copy')
  const other = await server.environment()
  const env = { CLAVIGER_URL: server.url, CLAVIGER_SECRET_KEY: other.secretKey }
  await runCommand(['import', 'users', 'copy', '--from', 'claviger'], { env, cwd })
  const idsOf = async (client: typeof sdk) =>
    (await client.users.list()).users.map(({ externalId }) => externalId).sort()
  expect(await idsOf(other.sdk)).toEqual(await idsOf(sdk))
})

it('export users with the hashes of passwords lets everybody sign in where it is imported', async () => {
  const [from, to, cwd] = [await server.environment(), await server.environment(), await temporaryFolder()]
  await from.signedUp('ada@example.com')
  await from.sdk.imports.users({
    users: [{ externalId: '1', email: 'grace@example.com', passwordHash: bcrypt }],
  })
  const [project = '', environment = ''] = from.name.split('/')
  const args = ['export', 'users', '--project', project, '--environment', environment]
  const run = async (...more: string[]) =>
    runCommand([...args, ...more], { env: await operatorOf(server), cwd })
  expect((await run()).stdout).not.toContain('passwordHash')
  expect((await run('--with-password-hashes', '--format', 'csv')).stdout).toContain(bcrypt)
  // A file that was there before and that others may read.
  await writeFile(join(cwd, 'copy'), '', { mode: 0o644 })
  expect((await run('--with-password-hashes', '--out', 'copy')).exitCode).toBe(0)
  expect((await stat(join(cwd, 'copy'))).mode & 0o777).toBe(0o600)

  const env = { CLAVIGER_URL: server.url, CLAVIGER_SECRET_KEY: to.secretKey }
  const imported = await runCommand(['import', 'users', 'copy', '--from', 'claviger', '--json'], { env, cwd })
  expect(JSON.parse(imported.stdout).counts).toMatchObject({ created: 2, failed: 0 })
  const signIn = to.browser().post('/v1/auth/sign-in/email-password', {
    email: 'ada@example.com',
    password: goodPassword,
  })
  expect((await signIn).status).toBe(200)
  const [grace] = (await to.sdk.users.list({ externalId: '1' })).users
  const { passwordHashes } = await to.operator.users.exportPasswordHashes({ userIds: [grace?.id ?? ''] })
  expect(passwordHashes).toMatchObject([{ passwordHash: bcrypt }])

  const refused = await runCommand(['export', 'users', '--with-password-hashes'], { env, cwd })
  expect([refused.exitCode, refused.stdout]).toEqual([4, ''])
})

it('users export prints everything about a user', async () => {
  const { run, sdk } = await place('')
  const user = await sdk.users.create({ email: 'ada@example.com' })
  const { stdout } = await run('users', 'export', 'ada@example.com')
  expect(JSON.parse(stdout)).toMatchObject({
    user: { id: user.id },
    sessions: [],
    events: [{ type: 'user.created' }],
  })
})
