import { describe, expect, it } from 'vitest'
import { problem, type Step, scriptedServer } from '../testing/scripted-server.js'
import { Claviger } from './client.js'
import { AuthenticationError } from './errors.js'

const page = (ids: string[], nextCursor: string | null, offset = 0): Step => ({
  json: { users: ids.map((id) => ({ id })), total: 5, limit: 2, offset, nextCursor },
})
const pages = [page(['a', 'b'], 'c1'), page(['c', 'd'], 'c2'), page(['e'], null)]

async function setUp(...steps: Step[]) {
  const server = await scriptedServer(...steps)
  return { server, client: new Claviger({ baseUrl: server.url, secretKey: 'sk_test_1' }) }
}

describe('a list', () => {
  it('that is awaited is one page, as the server sent it', async () => {
    const { client, server } = await setUp(...pages)
    const first = await client.users.list({ limit: 2 })
    expect(first).toMatchObject({ total: 5, limit: 2, offset: 0, nextCursor: 'c1', hasMore: true })
    expect(first.users.map(({ id }) => id)).toEqual(['a', 'b'])
    expect(first.items).toBe(first.users)
    expect(JSON.parse(JSON.stringify(first))).toEqual((pages[0] as { json: unknown }).json)
    expect(server.received.map(({ target }) => target)).toEqual(['/v1/admin/users?limit=2'])
  })

  it('that is iterated is every item of every page, by cursor', async () => {
    const { client, server } = await setUp(...pages)
    const ids: string[] = []
    for await (const user of client.users.list({ search: 'x', offset: 3 })) ids.push(user.id)
    expect(ids).toEqual(['a', 'b', 'c', 'd', 'e'])
    expect(server.received.map(({ target }) => target)).toEqual([
      '/v1/admin/users?search=x&offset=3',
      '/v1/admin/users?search=x&after=c1',
      '/v1/admin/users?search=x&after=c2',
    ])
  })

  it('requests nothing before it is used, and no page that is not reached', async () => {
    const { client, server } = await setUp(...pages)
    const list = client.users.list()
    expect(server.received).toHaveLength(0)
    for await (const user of list) if (user.id === 'b') break
    expect(server.received).toHaveLength(1)
  })

  it('requests its first page once, however often it is used', async () => {
    const { client, server } = await setUp(...pages)
    const list = client.users.list()
    await Promise.all([list, list])
    expect(await list.toArray({ limitMax: 2 })).toHaveLength(2)
    expect(server.received).toHaveLength(1)
  })

  it('gives page after page, and null after the last', async () => {
    const { client } = await setUp(...pages)
    const second = await (await client.users.list()).nextPage()
    expect(second?.users.map(({ id }) => id)).toEqual(['c', 'd'])
    const third = await second?.nextPage()
    expect(third?.hasMore).toBe(false)
    expect(await third?.nextPage()).toBeNull()
  })

  it.each([
    [0, [], 0],
    [3, ['a', 'b', 'c'], 2],
    [4, ['a', 'b', 'c', 'd'], 2],
    [100, ['a', 'b', 'c', 'd', 'e'], 3],
  ])('collects at most %d items with no request too many', async (limitMax, ids, requests) => {
    const { client, server } = await setUp(...pages)
    const users = await client.users.list().toArray({ limitMax })
    expect(users.map(({ id }) => id)).toEqual(ids)
    expect(server.received).toHaveLength(requests)
  })

  it('is a promise in every way: catch, finally, and the error in the iteration', async () => {
    const { client } = await setUp(problem(401, 'invalid_api_key'))
    expect(await client.users.list().catch((error: unknown) => error)).toBeInstanceOf(AuthenticationError)
    let isSettled = false
    const list = client.users.list().finally(() => {
      isSettled = true
    })
    await expect(list).rejects.toThrow(AuthenticationError)
    expect(isSettled).toBe(true)
    await expect(client.users.list().toArray({ limitMax: 1 })).rejects.toThrow(AuthenticationError)
  })

  it('that nobody uses leaves no rejection behind', async () => {
    const { client, server } = await setUp(problem(401, 'invalid_api_key'))
    client.users.list()
    await client.health.get().catch(() => {})
    expect(server.received.map(({ target }) => target)).toEqual(['/health'])
  })
})
