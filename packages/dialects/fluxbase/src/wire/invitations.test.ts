import { goodPassword, testServer } from '@claviger/server/testing'
import { beforeAll, expect, test } from 'vitest'
import { admin, setUp, tokenMailedTo, type Wire, wireOf } from '../../testing/wire.js'

const server = testServer()
const invitations = `${admin}/invitations`

let asAdmin: Wire
beforeAll(async () => {
  asAdmin = await setUp(server)
})

const invite = (email: string) => asAdmin.post(invitations, { email, role: 'instance_admin' })
const at = (token: string, act: string) => `/api/v1/invitations/${token}/${act}`
const acceptance = { password: goodPassword, name: 'Grace' }

test('an invitation is mailed, can be looked at, and is accepted once', async () => {
  const email = 'grace@example.com'
  const wire = wireOf(server)
  const invited = await invite(email)
  expect(invited).toMatchObject({
    status: 201,
    body: {
      invitation: { email, role: 'instance_admin', accepted: false },
      invite_link: '',
      email_sent: true,
    },
  })
  const { invitation } = invited.body
  expect(Date.parse(invitation.expires_at) - server.clock.now()).toBeGreaterThan(6.9 * 86_400_000)
  expect((await asAdmin.get(invitations)).body).toEqual({ invitations: [invitation] })
  const token = await tokenMailedTo(server, email)
  expect((await wire.get(at(token, 'validate'))).body).toEqual({ valid: true, invitation })

  const weak = await wire.post(at(token, 'accept'), { ...acceptance, password: 'short' })
  expect(weak).toMatchObject({ status: 400, body: { code: 'VALIDATION_FAILED' } })
  const accepted = await wire.post(at(token, 'accept'), acceptance)
  expect(accepted).toMatchObject({
    status: 201,
    body: { user: { id: invitation.id, email, name: 'Grace' }, expires_in: expect.any(Number) },
  })
  expect((await wire.as(accepted.body.access_token).get(`${admin}/me`)).status).toBe(200)
  expect((await wire.post(at(token, 'accept'), acceptance)).status).toBe(409)
  expect(await wire.get(at(token, 'validate'))).toMatchObject({
    status: 200,
    body: { valid: false, error: 'Invitation has already been accepted' },
  })
  expect((await asAdmin.get(invitations)).body).toEqual({ invitations: [] })
  expect((await asAdmin.delete(`${invitations}/${invitation.id}`)).status).toBe(404)
  expect(await invite(email)).toMatchObject({ status: 409, body: { code: 'ALREADY_EXISTS' } })
})

test('an invitation is refused that names no role, another time, or somebody else to send it', async () => {
  const { secretKey } = await server.environment()
  const body = { email: 'x@example.com', role: 'instance_admin' }
  expect((await asAdmin.as(secretKey).post(invitations, body)).status).toBe(403)
  for (const change of [{ role: 'user' }, { role: null }, { email: 'x' }, { expiry_duration: 60 }]) {
    const refused = await asAdmin.post(invitations, { ...body, ...change })
    expect(refused).toMatchObject({ status: 400, body: { error: expect.any(String) } })
  }
})

test('an invitation is taken back by its id or its token, and ends by itself', async () => {
  const wire = wireOf(server)
  const [byId, byToken] = [await invite('one@example.com'), await invite('two@example.com')]
  const tokens = await Promise.all(
    ['one@example.com', 'two@example.com'].map((email) => tokenMailedTo(server, email)),
  )
  expect((await wire.delete(`${invitations}/${tokens[1]}`)).status).toBe(401)
  for (const name of [byId.body.invitation.id, tokens[1]]) {
    expect(await asAdmin.delete(`${invitations}/${name}`)).toMatchObject({
      status: 200,
      body: { message: 'Invitation revoked successfully' },
    })
    expect((await asAdmin.delete(`${invitations}/${name}`)).status).toBe(404)
  }
  expect(byToken.status).toBe(201)
  for (const token of [...tokens, 'nonsense', 'x'.repeat(180)]) {
    expect((await wire.get(at(token, 'validate'))).body).toEqual({
      valid: false,
      error: 'Invitation not found',
    })
    expect((await wire.post(at(token, 'accept'), acceptance)).status).toBe(404)
  }
  await invite('late@example.com')
  const late = await tokenMailedTo(server, 'late@example.com')
  server.clock.advance({ days: 7, seconds: 1 })
  expect((await wire.post(at(late, 'accept'), acceptance)).status).toBe(410)
  expect((await wire.get(at(late, 'validate'))).body.error).toBe('Invitation has expired')
})
