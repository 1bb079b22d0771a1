import { pbkdf2Sync, randomBytes, scryptSync } from 'node:crypto'
import { goodPassword, type TestEnvironment, testServer } from '@claviger/server/testing'
import { hash as argon2 } from '@node-rs/argon2'
import { hash as bcrypt } from '@node-rs/bcrypt'
import { expect, test } from 'vitest'

const server = testServer()

const base64 = (bytes: Buffer) => bytes.toString('base64').replace(/=+$/, '')
const salt = randomBytes(16)
const scrypted = scryptSync(goodPassword, salt, 32, { N: 1_024, r: 8, p: 1 })
const derived = pbkdf2Sync(goodPassword, 'salt', 1_000, 32, 'sha256')
const hashes: [kind: string, hash: string, password: string][] = [
  ['bcrypt', await bcrypt(goodPassword, { cost: 4 }), goodPassword],
  ['argon2id of another cost', await argon2(goodPassword, { memoryCost: 1_024, timeCost: 1 }), goodPassword],
  ['scrypt', `$scrypt$ln=10,r=8,p=1$${base64(salt)}$${base64(scrypted)}`, goodPassword],
  ['PBKDF2', `pbkdf2_sha256$1000$salt$${derived.toString('base64')}`, goodPassword],
  [
    'scrypt of Firebase',
    '$fbscrypt$v=1,n=14,r=8,p=1,ss=Bw==,sk=jxspr8Ki0RYycVU8zykbdLGjFQ3McFUH0uiiTvC8pVMXAn210wjLNmdZJzxUECKbm0QsEmYUSDzZvpjeJ9WmXA==$42xEC+ixf3L2lw==$lSrfV15cpx95/sZS2W9c9Kp6i/LVgQNDNC/qzrCnh1SAyZvqmZqAjTdn3aoItz+VHjoZilo78198JAdRuid5lQ==',
    'user1password',
  ],
  ['phpass', '$P$9IQRaTwmfeRo7ud9Fh4E2PdI0S3r.L0', 'test12345'],
]

const email = 'ada@example.com'
const signIn = ({ browser }: TestEnvironment, password: string) =>
  browser().post('/v1/auth/sign-in/email-password', { email, password })

async function imported(passwordHash?: string) {
  const environment = await server.environment()
  const { results } = await environment.sdk.imports.users({
    users: [{ externalId: '1', email, ...(passwordHash && { passwordHash }) }],
  })
  const userId = results[0]?.userId as string
  const hash = async () =>
    (await server.owner.query('select hash from user_passwords where user_id = $1', [userId])).rows[0]?.hash
  return { environment, userId, hash }
}

test.each(hashes)(
  'authentication.signIn takes a password of %s, and makes the hash one of ours',
  async (_kind, foreign, password) => {
    const { environment, hash } = await imported(foreign)
    const refused = await signIn(environment, `${password}!`)
    expect([refused.status, refused.body.code]).toEqual([401, 'invalid_credentials'])
    expect(await hash()).toBe(foreign)

    expect((await signIn(environment, password)).status).toBe(200)
    const own = await hash()
    expect(own).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
    expect((await signIn(environment, password)).status).toBe(200)
    expect((await signIn(environment, `${password}!`)).status).toBe(401)
    expect(await hash()).toBe(own)
  },
)

test('authentication.signIn takes an imported password as it was typed, and later however it is typed', async () => {
  const typed = 'Zoe\u0308-\ufb01-Correct-9'
  const { environment } = await imported(await bcrypt(typed, { cost: 4 }))
  expect((await signIn(environment, typed)).status).toBe(200)
  expect((await signIn(environment, typed.normalize('NFKC'))).status).toBe(200)
  // At our own cost, too, a hash may be of the characters as they were typed.
  const same = await imported(await argon2(typed, { memoryCost: 19_456, timeCost: 2, parallelism: 1 }))
  expect((await signIn(same.environment, typed)).status).toBe(200)
})

test('authentication.signIn lets both of two first sign-ins at once in', async () => {
  const { environment, hash } = await imported(hashes[0]?.[1])
  const answers = await Promise.all([1, 2, 3].map(() => signIn(environment, goodPassword)))
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200])
  expect(await hash()).toMatch(/^\$argon2id\$/)
})

test('authentication.signIn leaves a password alone that was changed while the old one was compared', async () => {
  const { environment, userId, hash } = await imported(hashes[0]?.[1])
  const changed = await argon2('Another-horse-battery-9', { memoryCost: 19_456, timeCost: 2, parallelism: 1 })
  const change = await server.owner.connect()
  try {
    await change.query('begin')
    await change.query('select from users where id = $1 for update', [userId])
    await change.query('update user_passwords set hash = $1 where user_id = $2', [changed, userId])
    const signingIn = signIn(environment, goodPassword)
    const waiting =
      "select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'"
    const isWaiting = async () => (await server.owner.query(waiting)).rowCount
    await expect.poll(isWaiting, { interval: 5 }).toBe(1)
    await change.query('commit')
    expect((await signingIn).body.code).toBe('invalid_credentials')
  } finally {
    change.release()
  }
  expect(await hash()).toBe(changed)
  expect((await environment.sdk.sessions.list({ userId })).total).toBe(0)
})

test('authentication.signIn refuses whoever was imported without a password', async () => {
  const { environment } = await imported()
  expect((await signIn(environment, goodPassword)).body.code).toBe('invalid_credentials')
})
