import fc from 'fast-check'
import { expect, test } from 'vitest'
import { graceSeconds, judgeRefresh, tokenLifetimeSeconds } from './session.js'

test.each([
  // presented, current, seconds since the last refresh
  [1, 1, 0, 'rotate'],
  [1, 1, 3_600, 'rotate'],
  [2, 2, 0, 'repeat'],
  [2, 2, 9.999, 'repeat'],
  [2, 2, 10, 'rotate'],
  [1, 2, 0, 'repeat'],
  [1, 2, 9.999, 'repeat'],
  [1, 2, 10, 'reuse'],
  [1, 3, 0, 'reuse'],
  [1, 3, 3_600, 'reuse'],
  [7, 9, 0, 'reuse'],
  // A generation that is yet to come can only be of a database that was set back.
  [3, 2, 0, 'reuse'],
  // The transaction that waited began before the one that replaced the token.
  [1, 2, -0.02, 'repeat'],
  [2, 2, -0.02, 'repeat'],
] as const)(
  'judgeRefresh of %i where %i is current, %d s after the last refresh: %s',
  (...[presented, current, s, outcome]) => {
    expect(judgeRefresh(presented, current, s)).toBe(outcome)
  },
)

test('judgeRefresh never logs out tabs that refresh when they like, if each answer arrives within the grace', () => {
  const step = fc.record({
    waitSeconds: fc.double({ min: 0, max: 120, noNaN: true }),
    lateSeconds: fc.double({ min: 0, max: graceSeconds - 0.001, noNaN: true }),
  })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      let [now, current, refreshedAt] = [0, 1, 0]
      // Tabs share the cookie; a tab may still send what was in it when its request was made.
      let cookie = 1
      for (const { waitSeconds, lateSeconds } of steps) {
        now += waitSeconds
        const sent = cookie
        const answers = [judgeRefresh(sent, current, now - refreshedAt)]
        if (answers[0] === 'rotate') [current, refreshedAt] = [current + 1, now]
        // The request of another tab, made with the same cookie, arrives a little later.
        now += lateSeconds
        answers.push(judgeRefresh(sent, current, now - refreshedAt))
        if (answers[1] === 'rotate') [current, refreshedAt] = [current + 1, now]
        cookie = current
        if (answers.includes('reuse')) return false
      }
      return true
    }),
  )
})

test('judgeRefresh never lets two holders of one token go on for longer than the grace', () => {
  fc.assert(
    fc.property(
      // Whole seconds, whose sums and differences are exact: the grace ends to the second.
      fc.array(fc.integer({ min: graceSeconds, max: 3_600 }), { minLength: 2, maxLength: 50 }),
      (waits) => {
        let [now, current, refreshedAt] = [0, 1, 0]
        const held = { owner: 1, thief: 1 }
        for (const [i, wait] of waits.entries()) {
          now += wait
          const who = i % 2 ? 'thief' : 'owner'
          const outcome = judgeRefresh(held[who], current, now - refreshedAt)
          if (outcome === 'reuse') return i === 1
          if (outcome === 'rotate') [current, refreshedAt] = [current + 1, now]
          held[who] = current
        }
        return false
      },
    ),
  )
})

test('tokenLifetimeSeconds is the minute that services may be stale', () => {
  expect(tokenLifetimeSeconds).toBe(60)
})
