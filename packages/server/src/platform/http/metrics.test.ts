import { testServer } from '@claviger/server/testing'
import { expect, test } from 'vitest'

const server = testServer()

function metrics(headers: Record<string, string> = {}) {
  return fetch(`${server.url}/metrics`, { headers })
}

test('metrics count every operation, for the host itself', async () => {
  const { sdk } = await server.environment()
  await sdk.users.list()
  const answer = await metrics()
  expect(answer.status).toBe(200)
  expect(await answer.text()).toMatch(
    /claviger_request_duration_seconds_count\{operation="users.list",status="200"\} [1-9]/,
  )
})

test('metrics are refused to whom a proxy on the host forwards, unless it is the operator', async () => {
  for (const header of ['x-forwarded-for', 'forwarded', 'via']) {
    expect([header, (await metrics({ [header]: '203.0.113.9' })).status]).toEqual([header, 401])
  }
  const forwarded = { 'x-forwarded-for': '203.0.113.9' }
  expect((await metrics({ ...forwarded, authorization: 'Bearer op_guess' })).status).toBe(401)
  const operator = { authorization: `Bearer ${server.operatorToken}` }
  expect((await metrics({ ...forwarded, ...operator })).status).toBe(200)
})
