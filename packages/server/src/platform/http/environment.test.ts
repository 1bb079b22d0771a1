import { testServer } from '@claviger/server/testing'
import { expect, test } from 'vitest'

const server = testServer()

/** The keys that a request finds tell which environment it is in. */
async function kidsOf(headers: Record<string, string>, path = '/.well-known/jwks.json') {
  const answer = await fetch(server.url + path, { headers })
  const body = JSON.parse(await answer.text())
  return answer.status === 200 ? body.keys.map(({ kid }: { kid: string }) => kid) : [answer.status, body.code]
}

const keySetOf = (name: string) => `/environments/${name}/.well-known/jwks.json`
const mismatch = [400, 'environment_mismatch']
const notFound = [404, 'environment_not_found']

test('resolveEnvironment takes without credential the environment that is named, else the default one', async () => {
  const { publishableKey, name } = await server.environment()
  const own = await kidsOf({ 'x-publishable-key': publishableKey })
  expect(own).toHaveLength(1)
  expect(await kidsOf({ 'claviger-environment': name })).toEqual(own)
  expect(await kidsOf({ 'claviger-environment': name.replace('p-', 'P-') })).toEqual(own)
  expect(await kidsOf({}, keySetOf(name))).toEqual(own)
  expect(
    await kidsOf({ 'x-publishable-key': publishableKey, 'claviger-environment': name }, keySetOf(name)),
  ).toEqual(own)
  const byDefault = await kidsOf({})
  expect(byDefault).not.toEqual(own)
  expect(await kidsOf({ 'claviger-environment': 'default/live' })).toEqual(byDefault)
  expect(await kidsOf({ 'claviger-environment': 'default/test' })).not.toEqual(byDefault)
})

test('resolveEnvironment refuses two different names, in whatever two places', async () => {
  const [one, other] = await Promise.all([server.environment(), server.environment()])
  const key = { 'x-publishable-key': one.publishableKey }
  const name = { 'claviger-environment': other.name }
  expect(await kidsOf({ ...key, ...name })).toEqual(mismatch)
  expect(await kidsOf(key, keySetOf(other.name))).toEqual(mismatch)
  expect(await kidsOf(name, keySetOf(one.name))).toEqual(mismatch)
  expect(await kidsOf({ ...key, 'claviger-environment': one.name }, keySetOf(other.name))).toEqual(mismatch)
})

test('resolveEnvironment lets no default step in for a name or a publishable key that there is not', async () => {
  const { secretKey, publishableKey } = await server.environment()
  for (const key of [
    'garbage',
    `pk_test_${'0'.repeat(49)}`,
    secretKey,
    `${publishableKey}x`,
    "' or 1=1 --",
  ]) {
    expect([key, await kidsOf({ 'x-publishable-key': key })]).toEqual([key, notFound])
  }
  for (const name of [
    'default',
    'default/',
    '/live',
    'default/live/x',
    'default/staging',
    'nowhere/live',
    "'/'",
  ]) {
    expect([name, await kidsOf({ 'claviger-environment': name })]).toEqual([name, notFound])
  }
})

test('resolveEnvironment forgets a publishable key that is revoked and a project that is deleted', async () => {
  const [revoked, deleted] = await Promise.all([server.environment(), server.environment()])
  for (const { publishableKey } of [revoked, deleted]) {
    expect(await kidsOf({ 'x-publishable-key': publishableKey })).toHaveLength(1)
  }
  const byKey = "update secret_keys set revoked_at = now() where environment_id = $1 and kind = 'publishable'"
  await server.owner.query(byKey, [revoked.id])
  await server.owner.query('update projects set deleted_at = now() where id = $1', [deleted.projectId])
  expect(await kidsOf({ 'x-publishable-key': revoked.publishableKey })).toEqual(notFound)
  expect(await kidsOf({ 'x-publishable-key': deleted.publishableKey })).toEqual(notFound)
  expect(await kidsOf({ 'claviger-environment': deleted.name })).toEqual(notFound)
  expect(await kidsOf({}, keySetOf(deleted.name))).toEqual(notFound)
})

test('resolveEnvironment keeps a credential to its own environment, whatever other one is named', async () => {
  const [one, other] = await Promise.all([server.environment(), server.environment()])
  const ada = await one.signedUp()
  const ask = async (path: string, authorization: string, headers: Record<string, string> = {}) => {
    const answer = await fetch(server.url + path, { headers: { authorization, ...headers } })
    const { code } = JSON.parse(await answer.text())
    return code === undefined ? answer.status : [answer.status, code]
  }
  for (const [path, authorization] of [
    ['/v1/me', `Bearer ${ada.cookies.get('__session')}`],
    ['/v1/admin/users', `Bearer ${one.secretKey}`],
  ] as const) {
    expect(await ask(path, authorization)).toBe(200)
    expect(await ask(path, authorization, { 'x-publishable-key': one.publishableKey })).toBe(200)
    expect(await ask(path, authorization, { 'claviger-environment': one.name })).toBe(200)
    expect(await ask(path, authorization, { 'x-publishable-key': other.publishableKey })).toEqual(mismatch)
    expect(await ask(path, authorization, { 'claviger-environment': other.name })).toEqual(mismatch)
  }
  const operator = `Bearer ${server.operatorToken}`
  expect(await ask('/v1/admin/users', operator)).toEqual([400, 'environment_required'])
  expect(await ask('/v1/admin/users', operator, { 'claviger-environment': one.name })).toBe(200)
  expect(await ask('/v1/projects', operator)).toBe(200)
})
