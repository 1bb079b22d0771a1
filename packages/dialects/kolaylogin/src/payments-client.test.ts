import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { type Implementation, implementations, published } from '../testing/implementations.js'
import { type RecordingServer, startRecordingServer } from '../testing/recording-server.js'
import * as ours from './index.js'

const cookieHeader = '__client=x.y; __session=abc'
const charge = { amountCents: 1250, currency: 'try', metadata: { order: '7' }, idempotencyKey: 'k1' }

type PaymentsCall = {
  title: string
  call: (payments: ours.PaymentsClient) => Promise<unknown>
  method: string
  path: string
  sends?: unknown
}

const calls: PaymentsCall[] = [
  {
    title: 'createIntent',
    call: (payments) => payments.createIntent(charge),
    method: 'POST',
    path: '/v1/payments/intents',
    sends: charge,
  },
  {
    title: 'refund of all',
    call: (payments) => payments.refund('p/1'),
    method: 'POST',
    path: '/v1/payments/p%2F1/refund',
    sends: {},
  },
  {
    title: 'refund of a part',
    call: (payments) => payments.refund('p1', { amountCents: 100, reason: 'duplicate' }),
    method: 'POST',
    path: '/v1/payments/p1/refund',
    sends: { amountCents: 100, reason: 'duplicate' },
  },
  {
    title: 'list',
    call: (payments) => payments.list(),
    method: 'GET',
    path: '/v1/payments/list',
  },
  {
    title: 'list of a page',
    call: (payments) => payments.list({ cursor: 'a=b&c', limit: 10 }),
    method: 'GET',
    path: '/v1/payments/list?limit=10&cursor=a%3Db%26c',
  },
  {
    title: 'list of the first page',
    call: (payments) => payments.list({ cursor: null, limit: 0 }),
    method: 'GET',
    path: '/v1/payments/list',
  },
]

let server: RecordingServer

beforeAll(async () => {
  server = await startRecordingServer()
})
beforeEach(() => server.reset())
afterEach(() => vi.unstubAllGlobals())
afterAll(() => server.close())

const paymentsOf = (library: Implementation) =>
  new library.PaymentsClient({ baseUrl: `${server.url}//`, cookieHeader })

describe.each(implementations)('PaymentsClient of $name', ({ library }) => {
  it.each(calls)('$title sends one request and returns the answer', async ({ call, method, path, sends }) => {
    server.answer = () => ({ status: 200, body: { paymentId: 'p1', items: [] } })

    expect(await call(paymentsOf(library))).toEqual({ paymentId: 'p1', items: [] })

    expect(server.requests).toMatchObject([{ method, path, headers: { cookie: cookieHeader } }])
    expect(server.requests[0]?.headers['content-type']).toBe(sends ? 'application/json' : undefined)
    expect(server.requests[0]?.body).toBe(sends ? JSON.stringify(sends) : '')
  })

  it.each([
    ['{"message":"declined","error":"x"}', 'KolayLogin payments error (402): declined'],
    ['{"error":"no_account"}', 'KolayLogin payments error (402): no_account'],
    ['{"other":1}', 'KolayLogin payments error (402): {"other":1}'],
    ['<html>', 'KolayLogin payments error (402): <html>'],
    ['null', 'KolayLogin payments error (402): null'],
    ['', 'KolayLogin payments error (402): '],
  ])('throws a plain Error for a refusal with the body %s', async (body, message) => {
    server.answer = () => ({ status: 402, body })
    await expect(paymentsOf(library).list()).rejects.toThrow(new Error(message))
  })

  it('resolves with null for a 2xx answer that is not JSON', async () => {
    server.answer = () => ({ status: 200, body: 'ok' })
    expect(await paymentsOf(library).list()).toBeNull()
  })

  it('sends through fetchImpl, and lets its error through as it is', async () => {
    const refused = new TypeError('fetch failed')
    const fetchImpl = vi.fn<typeof fetch>().mockRejectedValue(refused)
    const payments = new library.PaymentsClient({ baseUrl: server.url, cookieHeader, fetchImpl })

    await expect(payments.list()).rejects.toBe(refused)
    expect(fetchImpl.mock.calls[0]).toEqual([
      `${server.url}/v1/payments/list`,
      { method: 'GET', headers: { cookie: cookieHeader } },
    ])
    expect(server.requests).toEqual([])
  })

  it('cannot be made where there is no fetch', () => {
    vi.stubGlobal('fetch', undefined)
    expect(() => paymentsOf(library)).toThrow('PaymentsClient: no global fetch and no fetchImpl supplied')
  })
})

describe('PaymentsClient', () => {
  it.each(calls)('$title is the same request from both, header for header', async ({ call }) => {
    await call(paymentsOf(published))
    await call(paymentsOf(ours))
    const [theirs, own] = server.requests
    expect(own).toEqual(theirs)
  })
})
