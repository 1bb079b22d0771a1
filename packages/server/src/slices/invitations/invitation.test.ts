import { expect, test } from 'vitest'
import { Failure } from '#kernel/failure'
import { lifetimeSeconds, requireInvited, requirePending } from './invitation.js'

/** The code and status that a rule refuses with; undefined when it lets pass. */
function refusal(rule: () => void): string | undefined {
  try {
    rule()
    return undefined
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    return `${error.definition.status} ${error.definition.code}`
  }
}

test('an invitation can be accepted for seven days', () => {
  expect(lifetimeSeconds).toBe(604_800)
})

test('requirePending lets only a pending invitation pass, and says what became of any other', () => {
  expect(refusal(() => requirePending('pending'))).toBeUndefined()
  expect(refusal(() => requirePending('accepted'))).toBe('409 invitation_already_used')
  expect(refusal(() => requirePending('revoked'))).toBe('410 invitation_revoked')
  expect(refusal(() => requirePending('expired'))).toBe('410 invitation_expired')
})

test('requireInvited takes any address of the user, compared without case', () => {
  const ada = [{ email: 'ada@example.com' }, { email: 'Countess@Lovelace.example' }]
  expect(refusal(() => requireInvited('ADA@Example.com', ada))).toBeUndefined()
  expect(refusal(() => requireInvited('countess@lovelace.example', ada))).toBeUndefined()
})

test('requireInvited refuses addresses that are only alike, and users without one', () => {
  const notInvited = '403 invitation_for_another_address'
  const ada = [{ email: 'ada@example.com' }]
  for (const invited of ['ada+1@example.com', 'a.da@example.com', 'ada@example.co', 'аda@example.com', '']) {
    expect(
      refusal(() => requireInvited(invited, ada)),
      invited,
    ).toBe(notInvited)
  }
  expect(refusal(() => requireInvited('ada@example.com', []))).toBe(notInvited)
})
