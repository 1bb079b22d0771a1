import { goodPassword, testServer } from '@claviger/server/testing'
import { hash as bcrypt } from '@node-rs/bcrypt'
import { expect, test } from 'vitest'

const server = testServer()
const unknownId = '01890a5d-ac96-774b-bcce-b302099a8057'

test('users.exportPasswordHashes lets everybody sign in on the server that imports them', async () => {
  const [from, to] = [await server.environment(), await server.environment()]
  const ada = await from.signedUp('ada@example.com')
  const passwordHash = await bcrypt(goodPassword, { cost: 4 })
  await from.sdk.imports.users({ users: [{ externalId: '1', email: 'bob@example.com', passwordHash }] })
  const silent = await from.sdk.users.create({ email: 'silent@example.com' })
  const users = await from.sdk.users.list().toArray({ limitMax: 10 })

  const userIds = users.map(({ id }) => id)
  const { passwordHashes } = await from.operator.users.exportPasswordHashes({ userIds })

  expect(passwordHashes).toHaveLength(2)
  const hashes = new Map(passwordHashes.map((row) => [row.userId, row.passwordHash]))
  expect(hashes.get(ada.userId)).toMatch(/^\$argon2id\$/)
  expect(hashes.has(silent.id)).toBe(false)
  await to.sdk.imports.users({
    users: users.map(({ id, email }) => ({ externalId: id, email, passwordHash: hashes.get(id) ?? null })),
  })
  for (const email of ['ada@example.com', 'bob@example.com']) {
    const signIn = (password: string) =>
      to.browser().post('/v1/auth/sign-in/email-password', { email, password })
    expect((await signIn(`${goodPassword}!`)).status).toBe(401)
    expect((await signIn(goodPassword)).status).toBe(200)
  }
})

test('users.exportPasswordHashes records whose hashes it answers, and no hash', async () => {
  const { sdk, operator, signedUp } = await server.environment()
  const { userId } = await signedUp()
  const without = await sdk.users.create({})
  const { passwordHashes } = await operator.users.exportPasswordHashes({ userIds: [userId, without.id] })
  const [event, ...others] = (await sdk.events.list({ type: 'password_hashes.exported' })).items
  expect(others).toEqual([])
  expect(event).toMatchObject({ actor: { type: 'administrator' }, data: { userIds: [userId] } })
  expect(JSON.stringify(event)).not.toContain('argon2')
  expect(server.log.join('')).not.toContain(passwordHashes[0]?.passwordHash)
})

test('users.exportPasswordHashes is refused to a secret key, and knows no user of another environment', async () => {
  const [one, other] = [await server.environment(), await server.environment()]
  const { userId } = await other.signedUp()
  await expect(other.sdk.users.exportPasswordHashes({ userIds: [userId] })).rejects.toMatchObject({
    status: 403,
    code: 'wrong_credential',
  })
  const userIds = [userId, unknownId, 'bogus', '']
  expect(await one.operator.users.exportPasswordHashes({ userIds })).toEqual({ passwordHashes: [] })
  expect((await one.sdk.events.list()).total).toBe(0)
})
