import { describe, expect, it } from 'vitest'
import { apiError } from './errors.js'
import { retryAfterSeconds, retryDelayMs } from './retry.js'

const limited = (seconds: number | undefined) =>
  apiError({
    status: 429,
    code: 'rate_limited',
    type: 'about:blank',
    title: '',
    detail: '',
    requestId: undefined,
    retryAfterSeconds: seconds,
    headers: new Headers(),
    errors: [],
  })

describe('the wait before an attempt', () => {
  it('is anything from nothing to a bound that doubles from 0.5 s to 8 s', () => {
    const bounds = [0, 1, 2, 3, 4, 5, 50].map((attempt) => retryDelayMs(limited(undefined), attempt, () => 1))
    expect(bounds).toEqual([500, 1000, 2000, 4000, 8000, 8000, 8000])
    expect(retryDelayMs(limited(undefined), 3, () => 0)).toBe(0)
  })

  it('is what the server asks for, at most a minute, and spread so that clients return apart', () => {
    expect(retryDelayMs(limited(3), 0, () => 0)).toBe(3000)
    expect(retryDelayMs(limited(3), 0, () => 0.5)).toBe(3250)
    expect(retryDelayMs(limited(3600), 0, () => 0)).toBe(60_000)
  })
})

describe('Retry-After', () => {
  const nowMs = Date.parse('Sun, 22 Nov 2026 10:00:00 GMT')
  it.each([
    ['120', 120],
    [' 0 ', 0],
    ['Sun, 22 Nov 2026 10:00:30 GMT', 30],
    ['Sun, 22 Nov 2026 09:00:00 GMT', 0],
    ['soon', undefined],
    ['', undefined],
    [null, undefined],
  ])('of %j is %j seconds', (header, seconds) => {
    expect(retryAfterSeconds(header, nowMs)).toBe(seconds)
  })
})
