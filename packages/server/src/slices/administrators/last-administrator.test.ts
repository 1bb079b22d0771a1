import { testServer } from '@claviger/server/testing'
import { expect, test } from 'vitest'
import { adminBrowser, administratorOf, adminPassword, operatorOf } from './administration.fixture.js'

const server = testServer()

test('the last who administers the whole instance stays, also of two who remove each other at once', async () => {
  const { administrators } = operatorOf(server)
  const [ada, grace] = [await administratorOf(server), await administratorOf(server)]
  await administrators.create({ email: 'invited@example.com', role: 'instance_admin' })
  const at = (id: string) => `/v1/instance/administrators/${id}`
  const answers = await Promise.all([ada.delete(at(grace.id)), grace.delete(at(ada.id))])
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
  const [winner] = answers[0]?.status === 200 ? [ada] : [grace]
  expect((await winner?.get('/v1/instance/me'))?.status).toBe(200)

  const last = { status: 409, code: 'last_instance_admin' }
  const id = winner?.id ?? ''
  await expect(administrators.delete(id)).rejects.toMatchObject(last)
  await expect(administrators.update(id, { role: 'tenant_admin' })).rejects.toMatchObject(last)

  const [one, two] = [await administratorOf(server), await administratorOf(server)]
  const demoted = await Promise.all(
    [winner?.id ?? '', one.id, two.id].map((each) =>
      administrators.update(each, { role: 'tenant_admin' }).then(
        () => 200,
        (error) => error.code,
      ),
    ),
  )
  expect(demoted.toSorted()).toEqual([200, 200, 'last_instance_admin'])
})

test('administrators.recover is for the operator, and lets in whom the link reaches, once, within 15 minutes', async () => {
  const { administrators, instanceEvents } = operatorOf(server)
  const grace = await administratorOf(server)
  const { email } = grace
  expect(await grace.post('/v1/instance/administrators/recover', { email })).toMatchObject({
    status: 403,
    body: { code: 'operator_required' },
  })
  await expect(administrators.recover({ email: 'nobody@example.com' })).rejects.toMatchObject({
    code: 'administrator_not_found',
  })
  const tokenOf = (url: string) => /#token=(\w+)$/.exec(url)?.[1]
  const accept = (token: string | undefined, password: string) =>
    adminBrowser(server).post('/v1/instance/invitations/accept', { token, password })
  const late = await administrators.recover({ email })
  server.clock.advance({ minutes: 15, seconds: 1 })
  expect((await accept(tokenOf(late.url), 'another long sentence')).status).toBe(401)

  const { url, administrator } = await administrators.recover({ email })
  expect(administrator.id).toBe(grace.id)
  expect((await accept(tokenOf(url), 'another long sentence')).status).toBe(200)
  expect((await accept(tokenOf(url), 'another long sentence')).status).toBe(401)
  expect((await grace.get('/v1/instance/me')).status).toBe(401)
  const signIn = (password: string) =>
    adminBrowser(server).post('/v1/instance/auth/sign-in', { email, password })
  expect((await signIn(adminPassword)).status).toBe(401)
  expect((await signIn('another long sentence')).status).toBe(200)

  const { events } = await instanceEvents.list({ type: 'administrator.recovery_requested' })
  expect(events).toHaveLength(2)
  expect(events[0]).toMatchObject({ actor: { type: 'administrator', id: 'operator' } })
  const written = JSON.stringify((await server.owner.query('select * from instance_events')).rows)
  for (const kept of [written, server.log.join('')]) expect(kept).not.toContain('ver_')
})

test('administrators.recover makes an administrator only where none is left', async () => {
  await server.owner.query('delete from administrators')
  const { administrators } = operatorOf(server)
  const email = 'rescuer@example.com'
  const { url, administrator } = await administrators.recover({ email })
  expect(administrator).toMatchObject({ email, role: 'instance_admin', status: 'invited' })
  const token = /#token=(\w+)$/.exec(url)?.[1]
  const browser = adminBrowser(server)
  await browser.post('/v1/instance/invitations/accept', { token, name: 'Rescuer', password: adminPassword })
  expect((await browser.get('/v1/instance/me')).body.administrator).toMatchObject({ name: 'Rescuer' })
})

test('guesses at the password of an administrator lock out who guesses, not the owner on a known device', async () => {
  const grace = await administratorOf(server)
  const sign = (password: string, from = adminBrowser(server)) =>
    from.post('/v1/instance/auth/sign-in', { email: grace.email, password })
  let status = 401
  for (let i = 0; i < 30 && status === 401; i++) status = (await sign('a wrong long sentence')).status
  expect(status).toBe(429)
  expect((await sign(adminPassword)).status).toBe(429)
  expect((await sign(adminPassword, grace)).status).toBe(200)
})
