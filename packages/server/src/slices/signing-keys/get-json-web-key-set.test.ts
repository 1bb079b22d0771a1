import { Claviger } from '@claviger/sdk'
import { testServer } from '@claviger/server/testing'
import { expect, test } from 'vitest'

const server = testServer()

test('keySet.get answers the public halves only', async () => {
  const elliptic = await server.environment()
  const rsa = await server.environment({ settings: { signingAlgorithm: 'RS256' } })
  for (const [environment, members] of [
    [elliptic, ['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y']],
    [rsa, ['alg', 'e', 'kid', 'kty', 'n', 'use']],
  ] as const) {
    const { status, body } = await environment.browser().get('/.well-known/jwks.json')
    expect(status).toBe(200)
    expect(body.keys.map((key: object) => Object.keys(key).sort())).toEqual([members])
    expect(body.keys[0]).toMatchObject({ alg: environment === rsa ? 'RS256' : 'ES256', use: 'sig' })
  }
})

test('keySet.get makes the first key of an environment once, so that no verifier meets an empty set', async () => {
  const { browser, sdk } = await server.environment()
  const answers = await Promise.all(Array.from({ length: 10 }, () => browser().get('/.well-known/jwks.json')))
  const kids = new Set(answers.flatMap(({ body }) => body.keys.map(({ kid }: { kid: string }) => kid)))
  expect(kids.size).toBe(1)
  expect((await sdk.signingKeys.list()).items.map(({ id }) => id)).toEqual([...kids])
})

test('keySet.get is of the environment that is named, else of the default one', async () => {
  const [one, other] = await Promise.all([server.environment(), server.environment()])
  const kidsOf = async (headers: Record<string, string>) => {
    const answer = await fetch(`${server.url}/.well-known/jwks.json`, { headers })
    return JSON.parse(await answer.text()).keys.map(({ kid }: { kid: string }) => kid)
  }
  const ofOne = await kidsOf({ 'x-publishable-key': one.publishableKey })
  const ofOther = await kidsOf({ 'x-publishable-key': other.publishableKey })
  expect(ofOne).not.toEqual(ofOther)
  expect(await kidsOf({ 'claviger-environment': one.name })).toEqual(ofOne)
  const operator = new Claviger({
    baseUrl: server.url,
    operatorToken: server.operatorToken,
    environment: 'default/live',
  })
  const byDefault = await kidsOf({})
  expect((await operator.signingKeys.list()).items.map(({ id }) => id)).toEqual(byDefault)
})

test('keySet.getOf answers the same set by path, and 404 for an environment that there is not', async () => {
  const { browser, name } = await server.environment()
  const anonymous = new Claviger({ baseUrl: server.url, secretKey: null, maxRetries: 0 })
  const [slug = '', environmentName = ''] = name.split('/')
  const { body } = await browser().get('/.well-known/jwks.json')
  expect(await anonymous.keySet.getOf(slug, environmentName)).toEqual(body)
  for (const [project, environment] of [
    [slug, 'live'],
    ['nowhere', 'test'],
    [slug, 'test/x'],
    ["' or 1=1 --", 'test'],
  ] as const) {
    await expect(anonymous.keySet.getOf(project, environment)).rejects.toMatchObject({ status: 404 })
  }
})
