import { readFile } from 'node:fs/promises'
import { type Route, routes } from '@claviger/contract'
import { describe, expect, it } from 'vitest'
import { scriptedServer } from '../testing/scripted-server.js'
import { Claviger } from './client.js'
import type { ListPromise } from './page.js'
import { version } from './version.js'

type Method = (...args: unknown[]) => Promise<unknown>

/** An answer of the right shape, with the name of each property as its value. */
function answerOf({ response }: Route): Record<string, unknown> {
  const properties = (response as { properties?: Record<string, { const?: unknown }> } | undefined)
    ?.properties
  const values = Object.entries(properties ?? {}).map(([name, schema]) => [
    name,
    schema.const ?? { is: name },
  ])
  return Object.fromEntries(values)
}

const callable = routes.filter(({ status, style }) => status !== 302 && style === undefined)

describe.each(callable.map((route) => [route.id, route] as const))('%s', (id, route) => {
  const names = Object.keys(route.params ?? {})
  const [noun = '', verb = ''] = id.split('.')
  const given = { some: 'value' }

  async function call() {
    const answer = answerOf(route)
    const isPage = 'nextCursor' in answer
    if (isPage) answer.nextCursor = null
    const server = await scriptedServer({ status: route.status, json: answer })
    const client = new Claviger({ baseUrl: server.url, secretKey: 'sk_test_1' })
    const resource = (client as unknown as Record<string, Record<string, Method>>)[noun]
    const args = [...names, ...(route.body || route.query ? [given] : []), { headers: { 'x-call': 'mine' } }]
    const result = await resource?.[verb]?.(...args)
    return { answer, isPage, result, received: server.received[0] }
  }

  it('is a method of the client that sends what the contract says', async () => {
    const { received } = await call()
    const path = route.path.replace(/:(\w+)/g, '$1')
    expect(received?.method).toBe(route.method)
    expect(received?.target).toBe(route.query ? `${path}?some=value` : path)
    expect(received?.body).toBe(route.body ? JSON.stringify(given) : '')
    expect('idempotency-key' in (received?.headers ?? {})).toBe(route.idempotent === true)
    expect(received?.headers['x-call']).toBe('mine')
  })

  it('gives the item itself where the answer is one item in its noun', async () => {
    const { answer, isPage, result } = await call()
    const properties = Object.entries(
      (route.response as { properties?: object } | undefined)?.properties ?? {},
    )
    const [[name, only] = ['', {}]] = properties
    const isItem = properties.length === 1 && 'title' in only
    if (isPage) expect({ ...(result as Awaited<ListPromise<string, unknown>>) }).toEqual(answer)
    else if (properties.length === 1 && name === 'ok') expect(result).toBeUndefined()
    else expect(result).toEqual(isItem ? answer[name] : answer)
  })
})

it('the version that the SDK sends is the version of its package', async () => {
  const manifest = await readFile(new URL('../package.json', import.meta.url), 'utf8')
  expect(version).toBe((JSON.parse(manifest) as { version: string }).version)
})
