import { api, errors, type ImportedUser, type ImportResult } from '@claviger/contract'
import type { Call } from '#kernel/call'
import { implement } from '#kernel/endpoint'
import { fail } from '#kernel/failure'
import { newId } from '#kernel/ids'
import type { Transaction } from '#kernel/queries'
import { ban, findUsers, hashPassword, isOwnHash, presentUser } from '#slices/users'
import { isGiven, reasonAgainst } from './imported-user.js'
import { type Known, noClaims, plan, type Step } from './plan.js'
import * as store from './store.js'

/** How often a batch looks again because somebody took a name in between. */
const attemptsMax = 5

/**
 * Imports a batch of users in one transaction. Everything that can be wrong with one is known before anything is
 * written, so one that cannot be imported is left out and the others are not lost.
 */
export const importUsers = implement(api.imports.importUsers).handler(async (call, { body }) => {
  const { users: sent, dryRun = false } = body
  const reasons = sent.map((user) => reasonAgainst(user, call.clock.now()))
  const users = await hashPasswords(
    call,
    sent.filter((_user, i) => reasons[i] === undefined),
  )
  const done = users.length === 0 ? [] : await importAll(call, users, dryRun)
  const results = sent.map((user, index): ImportResult => {
    const reason = reasons[index]
    const step = reason ? { outcome: 'failed' as const, userId: null, reason } : done.shift()
    const { outcome = 'failed', userId = null, reason: why } = step ?? {}
    const { code = null, detail = null } = why ?? {}
    return { index, externalId: user.externalId, outcome, userId, code, detail }
  })
  const count = (wanted: ImportResult['outcome']) =>
    results.filter(({ outcome }) => outcome === wanted).length
  const counts = {
    created: count('created'),
    updated: count('updated'),
    unchanged: count('unchanged'),
    failed: count('failed'),
  }
  return { dryRun, counts, results }
})

/** Hashes passwords outside of the transaction, for nobody who has one of our hashes already. */
async function hashPasswords(call: Call, users: readonly ImportedUser[]): Promise<ImportedUser[]> {
  const withPassword = users.filter(({ password }) => isGiven(password))
  if (withPassword.length === 0) return [...users]
  const known = await store.findByExternalIds(call.read, withPassword)
  const settled = new Set(known.filter(({ hash }) => hash && isOwnHash(hash)).map((user) => user.external_id))
  return Promise.all(
    users.map(async ({ password, ...user }) =>
      isGiven(password) && !settled.has(user.externalId)
        ? { ...user, passwordHash: await hashPassword(password) }
        : user,
    ),
  )
}

interface Done {
  readonly outcome: ImportResult['outcome']
  readonly userId: string | null
  readonly reason?: { readonly code: NonNullable<ImportResult['code']>; readonly detail: string }
}

async function importAll(call: Call, users: readonly ImportedUser[], dryRun: boolean): Promise<Done[]> {
  for (let attempt = 1; attempt <= attemptsMax; attempt++) {
    try {
      return await call.tx(async (tx) => {
        const claims = noClaims()
        const known = await store.lookUp(tx, users)
        const steps = users.map((user, i) => plan(user, known[i] as Known, claims))
        return dryRun ? steps.map(doneOf) : write(call, tx, steps)
      })
    } catch (error) {
      if (!(error instanceof store.NameTaken)) throw error
    }
  }
  throw fail(errors.unavailable)
}

async function write(call: Call, tx: Transaction, steps: readonly Step[]): Promise<Done[]> {
  const created = new Map<Step, string>()
  for (const step of steps) if (step.outcome === 'created') created.set(step, newId())
  const updates = steps.filter((step) => step.outcome === 'updated')
  await store.insertUsers(
    tx,
    [...created].flatMap(([step, id]) => (step.outcome === 'created' ? [{ ...step.user, id }] : [])),
  )
  await store.updateUsers(tx, updates)
  for (const { current, user, changes } of updates) {
    if (changes.bans) await ban(call, tx, current.id, { reason: user.banReason ?? null, expiresAt: null })
  }
  const changed = updates.filter(({ changes }) => Object.keys(changes).some((name) => name !== 'bans'))
  const rows = await findUsers(tx, [...created.values(), ...changed.map(({ current }) => current.id)])
  const isNew = new Set(created.values())
  await Promise.all(
    rows.map((row) =>
      call.record(tx, isNew.has(row.id) ? 'user.created' : 'user.updated', { user: presentUser(row) }),
    ),
  )
  return steps.map((step) => ({
    ...doneOf(step),
    ...(created.has(step) && { userId: created.get(step) ?? null }),
  }))
}

function doneOf(step: Step): Done {
  switch (step.outcome) {
    case 'created':
      return { outcome: step.outcome, userId: null }
    case 'failed':
      return { outcome: step.outcome, userId: null, reason: step.reason }
    default:
      return { outcome: step.outcome, userId: step.current.id }
  }
}
