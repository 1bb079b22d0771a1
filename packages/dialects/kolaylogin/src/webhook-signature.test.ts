import { createHmac } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { implementations, published } from '../testing/implementations.js'
import * as ours from './index.js'

const secret = 'whsec_0123456789'
const body = '{"id":"evt_1","type":"user.created","data":{"name":"Ayşe"}}'
const now = 1_800_000_000
const macOf = (timestamp: number | string, signedBody: string | Uint8Array = body, key = secret) =>
  createHmac('sha256', key).update(`${timestamp}.`).update(signedBody)
const signatureOf = (...args: Parameters<typeof macOf>) => macOf(...args).digest('base64url')

const genuine = { secret, body, signature: signatureOf(now), timestamp: `${now}`, nowSeconds: now }
const valid = { valid: true }
const refused = (reason: string) => ({ valid: false, reason })

describe.each(implementations)('verifyWebhookSignature of $name', ({ library }) => {
  it.each<[string, Partial<ours.VerifyWebhookSignatureOptions>, object]>([
    ['a fresh webhook', {}, valid],
    ['a timestamp that is a number', { timestamp: now }, valid],
    ['300 seconds of age', { nowSeconds: now + 300 }, valid],
    ['301 seconds of age', { nowSeconds: now + 301 }, refused('timestamp_out_of_range')],
    ['301 seconds in the future', { nowSeconds: now - 301 }, refused('timestamp_out_of_range')],
    [
      'a narrower tolerance',
      { nowSeconds: now + 11, toleranceSeconds: 10 },
      refused('timestamp_out_of_range'),
    ],
    ['a wider tolerance', { nowSeconds: now + 301, toleranceSeconds: 600 }, valid],
    ['a changed body', { body: `${body} ` }, refused('invalid_signature')],
    ['another secret', { secret: 'other' }, refused('invalid_signature')],
    ['another timestamp', { timestamp: now + 1 }, refused('invalid_signature')],
    ['the timestamp abc', { timestamp: 'abc' }, refused('malformed_timestamp')],
    ['the timestamp NaN', { timestamp: Number.NaN }, refused('malformed_timestamp')],
    ['the timestamp Infinity', { timestamp: 'Infinity' }, refused('malformed_timestamp')],
    ['an empty timestamp', { timestamp: '' }, refused('timestamp_out_of_range')],
    ['no timestamp', { timestamp: undefined as unknown as string }, refused('malformed_timestamp')],
    ['an empty signature', { signature: '' }, refused('invalid_signature')],
    ['no signature', { signature: undefined as unknown as string }, refused('invalid_signature')],
    ['a short signature', { signature: genuine.signature.slice(0, 20) }, refused('invalid_signature')],
    ['a long signature', { signature: `${genuine.signature}AAAA` }, refused('invalid_signature')],
    ['a signature in hexadecimal', { signature: macOf(now).digest('hex') }, refused('invalid_signature')],
    ['a signature that is not ASCII', { signature: 'é'.repeat(43) }, refused('invalid_signature')],
    ['a body that is missing', { body: undefined as unknown as string }, refused('invalid_signature')],
    ['a body that was parsed', { body: JSON.parse(body) }, refused('invalid_signature')],
  ])('judges %s', (_, change, verdict) => {
    expect(library.verifyWebhookSignature({ ...genuine, ...change })).toEqual(verdict)
  })

  it('names the first check that fails: timestamp, age, signature', () => {
    const wrong = { ...genuine, signature: 'x', nowSeconds: now + 999 }
    expect(library.verifyWebhookSignature({ ...wrong, timestamp: 'x' })).toEqual(
      refused('malformed_timestamp'),
    )
    expect(library.verifyWebhookSignature(wrong)).toEqual(refused('timestamp_out_of_range'))
  })

  it('takes the clock unless told the time', () => {
    const timestamp = Math.floor(Date.now() / 1000)
    const signature = signatureOf(timestamp)
    expect(library.verifyWebhookSignature({ secret, body, signature, timestamp })).toEqual(valid)
    expect(
      library.verifyWebhookSignature({ secret, body, signature: genuine.signature, timestamp: 1 }),
    ).toEqual(refused('timestamp_out_of_range'))
  })

  it('takes the bytes of the body from a Buffer as well', () => {
    const bytes = Buffer.from(body)
    expect(library.verifyWebhookSignature({ ...genuine, body: bytes })).toEqual(valid)
  })
})

describe.each(implementations)('assertWebhookSignature of $name', ({ library }) => {
  const timestamp = Math.floor(Date.now() / 1000)
  const headers = {
    'x-kl-webhook-signature': signatureOf(timestamp),
    'x-kl-webhook-timestamp': `${timestamp}`,
  }
  const assert = (
    change: Record<string, string | string[] | undefined>,
    rawBody = body,
    tolerance?: number,
  ) =>
    library.assertWebhookSignature({
      headers: { ...headers, ...change },
      rawBody,
      secret,
      toleranceSeconds: tolerance,
    })

  it('returns nothing for a genuine webhook', () => {
    expect(assert({})).toBeUndefined()
    expect(
      assert({ 'x-kl-webhook-signature': [headers['x-kl-webhook-signature'], 'second'] }),
    ).toBeUndefined()
  })

  it.each([undefined, '', []])('throws if a header is %j', (value) => {
    const missing = new Error('missing_webhook_signature_headers')
    expect(() => assert({ 'x-kl-webhook-signature': value })).toThrow(missing)
    expect(() => assert({ 'x-kl-webhook-timestamp': value })).toThrow(missing)
  })

  it('throws the reason of a webhook that is not genuine', () => {
    expect(() => assert({}, 'changed')).toThrow(new Error('invalid_webhook_signature:invalid_signature'))
    expect(() => assert({ 'x-kl-webhook-timestamp': 'abc' })).toThrow(
      new Error('invalid_webhook_signature:malformed_timestamp'),
    )
    expect(() => assert({ 'x-kl-webhook-timestamp': `${timestamp - 20}` }, body, 10)).toThrow(
      new Error('invalid_webhook_signature:timestamp_out_of_range'),
    )
  })
})

describe('verifyWebhookSignature, where ours differs', () => {
  it.each([
    ['padding', `${genuine.signature}=`],
    ['spaces', ` ${genuine.signature} `],
    ['characters that a decoder skips', `${genuine.signature.slice(0, 5)}.!${genuine.signature.slice(5)}`],
    ['spare bits that a decoder drops', withSpareBits(genuine.signature)],
  ])('refuses a signature with %s, so that one webhook has one signature', (_, signature) => {
    expect(ours.verifyWebhookSignature({ ...genuine, signature })).toEqual(refused('invalid_signature'))
    expect(published.verifyWebhookSignature({ ...genuine, signature })).toEqual(valid)
  })

  it('checks the bytes of a body that is not valid UTF-8', () => {
    const bytes = new Uint8Array([0xff, 0x00, 0xc3])
    const signature = signatureOf(now, bytes)
    expect(ours.verifyWebhookSignature({ ...genuine, body: bytes, signature })).toEqual(valid)
  })
})

/** The last of 43 base64url characters carries two bits that belong to no byte; this one sets them. */
function withSpareBits(signature: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
  return signature.slice(0, -1) + alphabet[alphabet.indexOf(signature.slice(-1)) + 1]
}
