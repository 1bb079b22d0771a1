import type { Event, Role } from '@claviger/contract'
import type { TestEnvironment, TestServer } from '@claviger/server/testing'

export type Person = Awaited<ReturnType<TestEnvironment['signedUp']>>

/** An organization with one signed-in person of each role. */
export interface Company extends Readonly<Record<Role, Person>> {
  readonly id: string
  /** Where end users find it. */
  readonly path: string
}

export async function foundCompany({ sdk, signedUp }: TestEnvironment, slug = 'acme'): Promise<Company> {
  const [owner, admin, member] = await Promise.all([signedUp(), signedUp(), signedUp()])
  const { id } = await sdk.organizations.create({ name: 'Acme', slug, createdBy: owner.userId })
  await sdk.memberships.create(id, { userId: admin.userId, role: 'admin' })
  await sdk.memberships.create(id, { userId: member.userId })
  return { id, path: `/v1/orgs/${id}`, owner, admin, member }
}

/** The role of every member by user id, as it is now. */
export async function rolesOf(
  { sdk }: TestEnvironment,
  organizationId: string,
): Promise<Record<string, Role>> {
  const members = await sdk.memberships.list(organizationId).toArray({ limitMax: 1_000 })
  return Object.fromEntries(members.map(({ userId, role }) => [userId, role]))
}

/** What was recorded about organizations and their members, oldest first. */
export function recorded(environment: TestEnvironment): Promise<Event[]> {
  return recordedOf(environment, /^organization\.|^membership\.|organization_switched$/)
}

/** The events of some types, oldest first. */
export async function recordedOf({ sdk }: TestEnvironment, types: RegExp): Promise<Event[]> {
  const all = await sdk.events.list().toArray({ limitMax: 10_000 })
  return all.filter(({ type }) => types.test(type)).reverse()
}

/** How many of many calls ended how: `{ done: 1, organization_slug_taken: 19 }`. */
export async function tally(calls: readonly Promise<unknown>[]): Promise<Record<string, number>> {
  const counts: Record<string, number> = {}
  for (const settled of await Promise.allSettled(calls)) {
    const outcome = settled.status === 'fulfilled' ? 'done' : String(settled.reason.code ?? settled.reason)
    counts[outcome] = (counts[outcome] ?? 0) + 1
  }
  return counts
}

/**
 * Makes a change in a transaction of its own, starts the work, and commits once the work waits for that
 * transaction: the order of events that otherwise only an unlucky moment brings about.
 */
export async function overtaken<T>(
  { owner }: TestServer,
  change: readonly (readonly [sql: string, ...values: unknown[]])[],
  work: () => Promise<T>,
): Promise<T> {
  const other = await owner.connect()
  try {
    await other.query('begin')
    for (const [sql, ...values] of change) await other.query(sql, values)
    const { rows } = await other.query('select pg_backend_pid() as pid')
    let isOver = false
    const outcome = work().finally(() => {
      isOver = true
    })
    outcome.catch(() => {})
    for (let waits = false; !waits && !isOver; ) {
      const waiting = await owner.query(
        'select from pg_stat_activity where datname = current_database() and $1 = any(pg_blocking_pids(pid))',
        [rows[0].pid],
      )
      waits = waiting.rowCount !== 0
    }
    await other.query('commit')
    return await outcome
  } finally {
    other.release()
  }
}
