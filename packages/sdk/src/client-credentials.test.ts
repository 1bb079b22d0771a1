import { describe, expect, it } from 'vitest'
import { scriptedServer } from '../testing/scripted-server.js'
import { Claviger } from './client.js'
import { clientCredentials } from './client-credentials.js'

const application = { clientId: 'c1', clientSecret: 'cs_1' }

/** A clock that a test sets. */
function clock() {
  let nowMs = 0
  return {
    now: () => nowMs,
    pass(ms: number) {
      nowMs += ms
    },
  }
}

const issued = (token: string, seconds = 3600) => ({ json: { access_token: token, expires_in: seconds } })

describe('clientCredentials', () => {
  it('asks as OAuth has it, once for all who need a token at the same time', async () => {
    const server = await scriptedServer(issued('t1'))
    const source = clientCredentials({
      ...application,
      baseUrl: `${server.url}/`,
      scopes: ['users:read', 'a'],
    })
    expect(await Promise.all([source(), source(), source()])).toEqual(['t1', 't1', 't1'])
    expect(server.received).toHaveLength(1)
    expect(server.received[0]).toMatchObject({
      method: 'POST',
      target: '/oauth2/token',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    })
    expect(Object.fromEntries(new URLSearchParams(server.received[0]?.body))).toEqual({
      grant_type: 'client_credentials',
      audience: `${server.url}/api`,
      client_id: 'c1',
      client_secret: 'cs_1',
      scope: 'users:read a',
    })
  })

  it.each([
    [3600, 3_540_000],
    [100, 90_000],
  ])('keeps a token of %i s for %i ms, and asks for the next one once', async (seconds, usableMs) => {
    const server = await scriptedServer(issued('t1', seconds), issued('t2', seconds))
    const time = clock()
    const source = clientCredentials({ ...application, baseUrl: server.url }, time)
    await source()
    time.pass(usableMs - 1)
    expect(await source()).toBe('t1')
    time.pass(1)
    expect(await Promise.all([source(), source()])).toEqual(['t2', 't2'])
    expect(server.received).toHaveLength(2)
  })

  it('says why there is none without the secret, and asks again the next time', async () => {
    const server = await scriptedServer(
      { status: 401, json: { error: 'invalid_client', error_description: 'The secret is not right.' } },
      { status: 502, text: '<html>' },
      issued('t1'),
    )
    const source = clientCredentials({ ...application, baseUrl: server.url })
    const failure = await Promise.allSettled([source(), source()])
    expect(failure.map((each) => each.status === 'rejected' && String(each.reason))).toEqual(
      Array(2).fill(
        'ClavigerError: The server issued no access token (invalid_client). The secret is not right.',
      ),
    )
    await expect(source()).rejects.toThrow('(502)')
    expect(await source()).toBe('t1')
    const unreachable = clientCredentials({ ...application, baseUrl: 'http://127.0.0.1:1' })
    await expect(unreachable()).rejects.toThrow('was not reached')
  })

  it('is what a client proves itself with', async () => {
    const server = await scriptedServer(issued('t1'), { json: { user: { id: 'u1' } } })
    const accessToken = clientCredentials({ ...application, baseUrl: server.url })
    const client = new Claviger({ baseUrl: server.url, accessToken })
    expect(await client.users.get('u1')).toEqual({ id: 'u1' })
    expect(server.received[1]?.headers.authorization).toBe('Bearer t1')
    expect(() => new Claviger({ accessToken, secretKey: 'sk_test_1' })).toThrow(/one credential/)
  })
})
