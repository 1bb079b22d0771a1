import type { Role } from '@claviger/contract'
import { expect, test } from 'vitest'
import { Failure } from '#kernel/failure'
import { keepAnOwner, keepTheLimit, normalizedSlug, requireRole, requireRoleToGrant } from './organization.js'

const roles: readonly Role[] = ['member', 'admin', 'owner']

/** The code and the sentence that a rule refuses with; undefined when it lets pass. */
function refusal(rule: () => void): { code: string; message: string } | undefined {
  try {
    rule()
    return undefined
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    return { code: error.definition.code, message: error.message }
  }
}

test('normalizedSlug makes slugs that differ only by case the same', () => {
  expect(normalizedSlug('ACME-Labs-2')).toBe('acme-labs-2')
})

test('requireRole lets the needed role and every higher one pass, and names what is needed', () => {
  for (const [need, needed] of roles.entries()) {
    for (const [have, actual] of roles.entries()) {
      expect(refusal(() => requireRole(actual, needed))?.code, `${actual} for ${needed}`).toBe(
        have < need ? 'role_required' : undefined,
      )
    }
  }
  expect(refusal(() => requireRole('member', 'admin'))?.message).toBe(
    'This needs the role admin in the organization.',
  )
})

test('requireRoleToGrant lets an admin deal with members and admins, and only an owner with owners', () => {
  for (const from of roles) {
    for (const to of roles) {
      const touchesOwner = from === 'owner' || to === 'owner'
      expect(refusal(() => requireRoleToGrant('owner', from, to))).toBeUndefined()
      expect(refusal(() => requireRoleToGrant('admin', from, to))?.code).toBe(
        touchesOwner ? 'role_required' : undefined,
      )
      expect(refusal(() => requireRoleToGrant('member', from, to))?.code).toBe('role_required')
    }
  }
})

test('keepAnOwner refuses only what takes the role from the single owner', () => {
  const change = (from: Role, to: Role | null, owners: number) =>
    refusal(() => keepAnOwner({ from, to, owners }))?.code
  expect(change('owner', 'admin', 1)).toBe('last_owner')
  expect(change('owner', 'member', 1)).toBe('last_owner')
  expect(change('owner', null, 1)).toBe('last_owner')
  expect(change('owner', 'owner', 1)).toBeUndefined()
  expect(change('owner', null, 2)).toBeUndefined()
  expect(change('admin', 'member', 1)).toBeUndefined()
  expect(change('member', null, 1)).toBeUndefined()
})

test('keepTheLimit refuses the seat above the limit and names the limit', () => {
  expect(refusal(() => keepTheLimit(2, 3))).toBeUndefined()
  expect(refusal(() => keepTheLimit(3, 3))?.code).toBe('member_limit_reached')
  expect(refusal(() => keepTheLimit(4, 3))?.message).toContain('has 3 members and pending invitations')
})

test('keepTheLimit knows no limit where the environment sets none', () => {
  expect(refusal(() => keepTheLimit(1_000_000, null))).toBeUndefined()
})
