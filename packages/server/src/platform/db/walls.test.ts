import { randomBytes, randomUUID } from 'node:crypto'
import { type TestEnvironment, testServer } from '@claviger/server/testing'
import { Secret, TOTP } from 'otpauth'
import { beforeAll, describe, expect, test } from 'vitest'
import { newId } from '#kernel/ids'
import type { Queries, Transaction } from '#kernel/queries'
import { makeApi } from '../../slices/api-keys/api.fixture.js'
import { beginRegistration, registered } from '../../slices/passkeys/authenticator.fixture.js'
import { basic, makeClient, postForm, tokenOf } from '../../slices/tokens/client.fixture.js'
import { statement } from './statement.js'

/**
 * The walls around an environment with the application's own checks switched off: every statement here is raw
 * SQL that names no environment, or the wrong one. The tables come from the catalog, so a new one is in here.
 */

const server = testServer()
let ada: TestEnvironment
let bob: TestEnvironment
let tenantTables: string[]

/** Tables that stand above environments, on purpose. */
const tablesAbove = ['environments', 'instance', 'instance_events', 'projects', 'schema_migrations']
/** Read by doors alone, see below. */
const behindDoors = ['api_key_count_journal', 'verifiable_api_keys']
/** Doors through the wall: each is looked at in a test below. */
const doors = [
  'claim_emails',
  'claim_text_messages',
  'count_api_keys',
  'detach_environment',
  'erase_user',
  'find_access_tokens',
  'find_api_keys',
  'find_api_keys_by_place',
  'find_clients',
  'find_due_signing_keys',
  'find_name_owners',
  'find_portal_session',
  'find_secret_keys',
  'find_sessions',
  'find_signing_key',
  'find_unfolded_counts',
  'fold_api_key_counts',
  'note_api_key_counts',
  'note_api_key_counts_by_part',
  'purge_environment',
  'purge_project',
  'search_users',
  'sweep_api_key_revocations',
  'sweep_devices',
  'sweep_passkey_challenges',
  'sweep_portal_links',
  'sweep_requests',
  'sweep_revoked_tokens',
  'sweep_verifications',
  'touch_secret_keys',
]
/** Indexes that are unique across environments: of random values that nobody chooses. */
const uniqueEverywhere = ['applications_id', 'secret_keys_hash', 'signing_keys_id']

async function rows<Row = Record<string, unknown>>(text: string, values: unknown[] = []): Promise<Row[]> {
  return (await server.owner.query(text, values)).rows as Row[]
}

const raw = <Row>(text: string, values: unknown[] = []) => statement<Row>(text, values)

/** Puts at least one row into every table of an environment, through the front door. */
async function furnish(environment: TestEnvironment): Promise<void> {
  const { sdk } = environment
  const guess = { email: 'a@example.com', code: '000000' }
  await environment.browser().post('/v1/auth/email-otp/verify', guess)
  const owner = await environment.signedUp()
  await owner.patch('/v1/me', { username: `u${randomUUID().slice(0, 8)}` })
  const secret = Secret.fromBase32((await owner.post('/v1/auth/me/totp/enroll')).body.secret)
  const code = new TOTP({ secret }).generate({ timestamp: server.clock.now() })
  await owner.post('/v1/auth/me/totp/confirm', { code })
  await owner.post('/v1/auth/me/phone-number', { phoneNumber: '+4915112345678' })
  const organization = await sdk.organizations.create({
    name: 'Acme',
    slug: 'acme',
    createdBy: owner.userId,
  })
  await owner.patch('/v1/orgs/current', { orgId: organization.id })
  await registered(owner)
  await beginRegistration(owner)
  const invited = await environment.signedUp()
  const { token } = await sdk.invitations.create({ email: invited.email, orgId: organization.id })
  await invited.post('/v1/orgs/invitations/accept', { token })
  const provider = await sdk.identityProviders.create({
    key: 'example',
    type: 'github',
    name: 'Example',
    issuer: 'https://github.com',
    clientId: 'client',
    clientSecret: 'secret',
  })
  const api = await sdk.apis.create({ name: 'Weather', audience: 'https://api.example.com' })
  await sdk.apiScopes.create(api.id, { key: 'read:forecasts' })
  const client = await makeClient(environment, { [api.id]: '*' })
  const accessToken = await tokenOf(server, client, { audience: 'https://api.example.com' })
  await postForm(server, '/oauth2/revoke', { token: accessToken }, { authorization: basic(client) })
  // What only a provider could bring about is put in by hand.
  await server.owner.query(
    `insert into user_identities (environment_id, id, provider_id, subject, user_id)
     values ($1, $2, $3, 'subject', $4)`,
    [environment.id, newId(), provider.id, owner.userId],
  )
  // Administrators are users of the environment of the instance alone; in another one they would be nobody.
  await server.owner.query(
    "insert into administrators (environment_id, user_id, role) values ($1, $2, 'tenant_admin')",
    [environment.id, owner.userId],
  )
  await server.owner.query(
    'insert into administrator_projects (environment_id, user_id, project_id) values ($1, $2, $3)',
    [environment.id, owner.userId, environment.projectId],
  )
  await server.owner.query(
    'insert into oauth_state_uses (environment_id, state_hash, expires_at) values ($1, $2, now())',
    [environment.id, randomBytes(32)],
  )
  await server.owner.query(
    `insert into portal_links (environment_id, id, user_id, organization_id, page, token_hash, expires_at,
                               session_hash, session_expires_at)
     values ($1, $2, $3, $4, 'api_keys', $5, now() + '1 hour', $5, now() + '1 hour')`,
    [environment.id, newId(), owner.userId, organization.id, randomBytes(32)],
  )
  const { apiKey } = await sdk.apiKeys.create({ apiId: await makeApi(environment), name: 'Key' })
  await sdk.apiKeys.rotate(apiKey.id, {})
  await server.owner.query(
    'insert into api_key_usage (environment_id, api_key_id, hour, verifications) values ($1, $2, now(), 1)',
    [environment.id, apiKey.id],
  )
}

beforeAll(async () => {
  ;[ada, bob] = [await server.environment(), await server.environment()]
  await Promise.all([furnish(ada), furnish(bob)])
  const found = await rows<{ name: string }>(`
    select c.relname as name from pg_class c join pg_attribute a on a.attrelid = c.oid
    where c.relnamespace = 'claviger'::regnamespace and c.relkind in ('r', 'p')
      and a.attname = 'environment_id'
    order by 1`)
  tenantTables = found.map(({ name }) => name)
})

/** Runs the work in a transaction that is undone, whatever it did. */
async function undone<T>(environmentId: string, work: (tx: Transaction) => Promise<T>): Promise<T> {
  let result: { value: T } | undefined
  const undo = new Error('Undo this.')
  await server.database
    .transaction(environmentId, async (tx) => {
      result = { value: await work(tx) }
      throw undo
    })
    .catch((error) => {
      if (error !== undo) throw error
    })
  if (!result) throw new Error('The work came to no end.')
  return result.value
}

const denied = { code: '42501' }

describe('the second wall, row-level security', () => {
  test('stands around every table that names an environment, and every other is known', async () => {
    const tables = await rows<{ name: string; walled: boolean }>(`
      select relname as name, relrowsecurity as walled from pg_class
      where relnamespace = 'claviger'::regnamespace and relkind in ('r', 'p', 'v', 'm') order by 1`)
    expect(tables.map(({ name }) => name)).toEqual([...tenantTables, ...tablesAbove, ...behindDoors].sort())
    for (const { name, walled } of tables) {
      if (tenantTables.includes(name)) expect(walled, name).toBe(true)
    }
    const policies = await rows(
      `select tablename, permissive, roles::text[], cmd, qual, with_check from pg_policies
      where schemaname = 'claviger' and tablename <> all($1) order by 1`,
      [tablesAbove],
    )
    const own = '(environment_id = current_environment())'
    expect(policies).toEqual(
      tenantTables.map((tablename) => ({
        tablename,
        permissive: 'PERMISSIVE',
        roles: ['claviger_app'],
        cmd: 'ALL',
        qual: own,
        with_check: own,
      })),
    )
  })

  test('shows a statement without any condition only the rows of its own environment', async () => {
    for (const table of tenantTables) {
      const all = raw<{ environment_id: string }>(`select environment_id from ${table}`)
      const [{ n } = { n: 0 }] = await rows<{ n: number }>(
        `select count(*)::int as n from ${table} where environment_id = $1`,
        [ada.id],
      )
      expect(n, `${table} has rows of both environments to tell apart`).toBeGreaterThan(0)
      for (const queries of [server.database.read(ada.id), undefined]) {
        const run = (q: Queries) => q.many(all)
        const seen = queries ? await run(queries) : await server.database.transaction(ada.id, run)
        expect(seen, table).toHaveLength(n)
        expect(new Set(seen.map(({ environment_id }) => environment_id)), table).toEqual(new Set([ada.id]))
      }
    }
  })

  test('lets nothing be written into another environment', async () => {
    for (const table of tenantTables) {
      const [row] = await rows(
        `select row_to_json(t)::text as text from ${table} t where environment_id = $1 limit 1`,
        [bob.id],
      )
      const insert = raw(await copyInto(table), [row?.text])
      const steal = raw(`update ${table} set environment_id = $1`, [bob.id])
      await expect(
        undone(ada.id, (tx) => tx.run(insert)),
        table,
      ).rejects.toMatchObject(denied)
      await expect(
        undone(ada.id, (tx) => tx.run(steal)),
        table,
      ).rejects.toMatchObject(denied)
    }
  })

  test('lets nothing of another environment be changed or removed, even without any condition', async () => {
    const before = await snapshot(bob.id)
    for (const table of tenantTables) {
      const [column] = await columnsOf(table)
      const [{ n } = { n: 0 }] = await rows<{ n: number }>(
        `select count(*)::int as n from ${table} where environment_id = $1`,
        [ada.id],
      )
      for (const change of [`update ${table} set ${column} = ${column}`, `delete from ${table}`]) {
        const whole = await undone(ada.id, (tx) => tx.run(raw(change))).catch((error) => error.code)
        expect([n, denied.code], change).toContain(whole)
        const aimed = `${change} where environment_id = $1`
        const hit = await undone(ada.id, (tx) => tx.run(raw(aimed, [bob.id]))).catch((error) => error.code)
        expect([0, denied.code], aimed).toContain(hit)
      }
      const truncate = raw(`truncate ${table} cascade`)
      await expect(
        undone(ada.id, (tx) => tx.run(truncate)),
        table,
      ).rejects.toMatchObject(denied)
    }
    // Not only undone: kept, too.
    await server.database.transaction(ada.id, (tx) => tx.run(raw('delete from rate_limits')))
    await server.database.transaction(ada.id, (tx) => tx.run(raw("update users set username = 'taken'||id")))
    expect(await snapshot(bob.id)).toEqual(before)
  })

  test('shows nothing at all where no environment is set, and lets nothing in', async () => {
    const { anywhere, transaction } = server.database
    for (const table of tenantTables) {
      expect(await anywhere.many(raw(`select * from ${table}`)), table).toEqual([])
      expect(await transaction('', (tx) => tx.many(raw(`select * from ${table}`))), table).toEqual([])
      const change = await copyInto(table)
      const [row] = await rows(`select row_to_json(t)::text as text from ${table} t limit 1`)
      await expect(anywhere.run(raw(change, [row?.text])), table).rejects.toMatchObject(denied)
    }
  })

  test('lets the settings of an environment be changed only from inside of it', async () => {
    const settings = raw('update environments set settings = \'{"membersPerOrganizationMax": 1}\'')
    expect(await undone(ada.id, (tx) => tx.run(settings))).toBe(1)
    expect(await undone('', (tx) => tx.run(settings))).toBe(0)
    for (const forbidden of [
      "update environments set name = 'live'",
      `update environments set project_id = '${bob.projectId}'`,
      'delete from environments',
      'delete from projects',
      "update projects set slug = 'mine'",
      'insert into projects (id, slug, name) values (gen_random_uuid(), $$x$$, $$X$$)',
    ]) {
      await expect(
        undone(ada.id, (tx) => tx.run(raw(forbidden))),
        forbidden,
      ).rejects.toMatchObject(denied)
    }
  })

  test('cannot be talked around by an environment that is none', async () => {
    for (const id of ["' or true --", '*', 'null', ada.id.slice(0, -1)]) {
      await expect(server.database.read(id).many(raw('select * from users'))).rejects.toMatchObject({
        code: '22P02',
      })
    }
  })
})

describe('the role of the application', () => {
  test('owns nothing, bypasses nothing and cannot log in', async () => {
    const [role] = await rows(`
      select rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolcanlogin, rolreplication from pg_roles
      where rolname = 'claviger_app'`)
    expect(Object.values(role ?? {})).toEqual([false, false, false, false, false, false])
    const memberships = await rows("select from pg_auth_members where member = 'claviger_app'::regrole")
    expect(memberships).toEqual([])
    const owned = await rows(`
      select relname as name from pg_class where relowner = 'claviger_app'::regrole
      union all select proname from pg_proc where proowner = 'claviger_app'::regrole
      union all select nspname from pg_namespace where nspowner = 'claviger_app'::regrole`)
    expect(owned).toEqual([])
  })

  test('is the one that every statement runs under, on every kind of connection', async () => {
    const who = raw<{ name: string }>('select current_user::text as name')
    const { anywhere, aside, read, transaction } = server.database
    expect(await anywhere.one(who)).toEqual({ name: 'claviger_app' })
    expect(await aside.one(who)).toEqual({ name: 'claviger_app' })
    expect(await read(ada.id).one(who)).toEqual({ name: 'claviger_app' })
    expect(await transaction(ada.id, (tx) => tx.one(who))).toEqual({ name: 'claviger_app' })
  })

  test('can read neither the migrations nor the fingerprint of the master key', async () => {
    for (const table of ['schema_migrations', 'instance']) {
      for (const kind of ['select', 'insert', 'update', 'delete', 'truncate', 'references', 'trigger']) {
        const [allowed] = await rows('select has_table_privilege($1, $2, $3) as it', [
          'claviger_app',
          `claviger.${table}`,
          kind,
        ])
        expect(allowed, `${kind} ${table}`).toEqual({ it: false })
      }
      await expect(server.database.anywhere.many(raw(`select * from ${table}`))).rejects.toMatchObject(denied)
    }
  })

  test('can add to the events and read them, and never change or remove one', async () => {
    const [{ n } = { n: 0 }] = await rows<{ n: number }>('select count(*)::int as n from events')
    for (const change of [
      "update events set type = 'forged'",
      'delete from events',
      'truncate events',
      "update events set data = '{}' where false",
    ]) {
      await expect(
        undone(ada.id, (tx) => tx.run(raw(change))),
        change,
      ).rejects.toMatchObject(denied)
    }
    expect(await rows('select count(*)::int as n from events')).toEqual([{ n }])
  })

  test('can neither create anything in the schema nor take a wall down', async () => {
    for (const change of [
      'create table claviger.mine (id int)',
      'create function claviger.mine() returns int language sql as $$ select 1 $$',
      'alter table users disable row level security',
      'drop policy own_environment on users',
      'create policy all_of_them on users using (true)',
      'alter table users no force row level security',
      "select protect('users')",
    ]) {
      await expect(
        undone(ada.id, (tx) => tx.run(raw(change))),
        change,
      ).rejects.toThrow()
    }
  })
})

describe('the first wall, keys that carry the environment', () => {
  test('every key of a tenant table begins with the environment', async () => {
    const keys = await rows<{ name: string; first: string }>(
      `
      select c.conrelid::regclass::text as name, a.attname as first
      from pg_constraint c join pg_attribute a on a.attrelid = c.conrelid and a.attnum = c.conkey[1]
      where c.contype = 'p' and c.conrelid::regclass::text = any($1) order by 1`,
      [tenantTables],
    )
    expect(keys).toEqual(tenantTables.map((name) => ({ name, first: 'environment_id' })))
    const loose = await rows<{ name: string }>(
      `
      select i.indexrelid::regclass::text as name from pg_index i
      where i.indisunique and i.indrelid::regclass::text = any($1) and not exists (
        select from pg_attribute a
        where a.attrelid = i.indrelid and a.attnum = any(i.indkey::int2[]) and a.attname = 'environment_id')
      order by 1`,
      [tenantTables],
    )
    expect(loose.map(({ name }) => name)).toEqual(uniqueEverywhere)
  })

  test('every reference between tenant tables carries it, and refuses what is elsewhere', async () => {
    const references = await rows<{ child: string; parent: string; columns: string[]; targets: string[] }>(
      `
      select c.conrelid::regclass::text as child, c.confrelid::regclass::text as parent,
             array(select a.attname::text from unnest(c.conkey) with ordinality k (n, i)
                   join pg_attribute a on a.attrelid = c.conrelid and a.attnum = k.n order by k.i) as columns,
             array(select a.attname::text from unnest(c.confkey) with ordinality k (n, i)
                   join pg_attribute a on a.attrelid = c.confrelid and a.attnum = k.n order by k.i) as targets
      from pg_constraint c
      where c.contype = 'f' and c.conrelid::regclass::text = any($1)
        and c.confrelid::regclass::text = any($1)`,
      [tenantTables],
    )
    expect(references.length).toBeGreaterThan(8)
    for (const { child, parent, columns, targets } of references) {
      const label = `${child} (${columns}) -> ${parent}`
      expect([columns[0], targets[0]], label).toEqual(['environment_id', 'environment_id'])
      const [foreign] = await rows(`select * from ${parent} where environment_id = $1 limit 1`, [bob.id])
      const own = columns.slice(1)
      const assignments = own.map((column, i) => `${column} = $${i + 2}`).join(', ')
      const values = own.map((_, i) => foreign?.[targets[i + 1] as string])
      // As the owner, whom row-level security does not hold: this wall stands without the other.
      const one = `(select ctid from ${child} where environment_id = $1 limit 1)`
      const mix = `update ${child} set ${assignments} where ctid = ${one}`
      await expect(server.owner.query(mix, [ada.id, ...values]), label).rejects.toMatchObject({
        code: '23503',
      })
    }
  })

  test.each([
    ['a membership', 'memberships', 'organization_id', 'organizations'],
    ['a session', 'sessions', 'active_organization_id', 'organizations'],
    ['an invitation', 'invitations', 'invited_by', 'users'],
  ])(
    '%s that mixes two environments cannot be stored, not even by the owner',
    async (_label, table, column, parent) => {
      const [own] = await rows(`select * from ${table} where environment_id = $1 limit 1`, [bob.id])
      const [foreign] = await rows(`select id from ${parent} where environment_id = $1 limit 1`, [ada.id])
      const mixed = { ...own, [column]: foreign?.id, ...('id' in (own ?? {}) && { id: newId() }) }
      const insert = await copyInto(table)
      const token = randomBytes(32)
      const text = JSON.stringify({
        ...mixed,
        ...(table === 'invitations' && { token_hash: `\\x${token.toString('hex')}` }),
      })
      await expect(server.owner.query(insert, [text])).rejects.toMatchObject({ code: '23503' })
    },
  )
})

describe('the doors through the second wall', () => {
  test('are known, each with a search path of its own, and open for the application only', async () => {
    const found = await rows(`
      select p.proname as name, p.proconfig as config,
             has_function_privilege('claviger_app', p.oid, 'execute') as for_application,
             coalesce(array_to_string(p.proacl, ',') ~ '(^|,)=X', true) as for_everyone
      from pg_proc p where p.pronamespace = 'claviger'::regnamespace and p.prosecdef and p.prorettype <> 'trigger'::regtype
      order by 1`)
    expect(found.map(({ name }) => name)).toEqual(doors)
    for (const { name, config, for_application, for_everyone } of found) {
      expect([for_application, for_everyone], String(name)).toEqual([true, false])
      expect(config, String(name)).toContainEqual(
        expect.stringMatching(/^search_path=claviger, (public, )?pg_temp$/),
      )
    }
  })

  test('find_secret_keys answers whoever has the hash, and only about that key', async () => {
    const [key] = await rows<{ id: string; hash: Buffer }>(
      "select id, hash from secret_keys where environment_id = $1 and kind = 'secret'",
      [bob.id],
    )
    const find = (hashes: unknown) =>
      server.database.anywhere.many(raw<{ id: string }>('select id from find_secret_keys($1)', [hashes]))
    expect(await find([key?.hash])).toEqual([{ id: key?.id }])
    const nearly = Buffer.from(key?.hash ?? '')
    nearly[31] = (nearly[31] ?? 0) ^ 1
    for (const hashes of [
      [randomBytes(32)],
      [nearly],
      [key?.hash.subarray(0, 31)],
      [Buffer.alloc(0)],
      [],
      [null],
      null,
    ]) {
      expect(await find(hashes)).toEqual([])
    }
  })

  test.each([
    { door: 'find_api_keys', hashOf: (by: unknown) => by },
    {
      door: 'find_api_keys_by_place',
      hashOf: (by: unknown, hashes: readonly (Buffer | null)[]) =>
        hashes[(by as number) - 1]?.toString('hex'),
    },
  ])(
    '$door answers whoever has the hash, of every environment that knows the key',
    async ({ door, hashOf }) => {
      const keys = await rows<{ id: string; environment_id: string; hash: Buffer }>(
        'select id, environment_id, hash from api_keys where environment_id = any($1)',
        [[ada.id, bob.id]],
      )
      const [one, other] = keys as [(typeof keys)[number], (typeof keys)[number]]
      const find = async (queries: Queries, hashes: readonly (Buffer | null)[]) => {
        const found = await queries.one(
          raw<{ keys: [unknown, unknown[]][] | null }>(`select ${door}($1) as keys`, [hashes]),
        )
        const keysFound = found.keys ?? []
        return keysFound.map(([by, [environmentId, id]]) => ({ hash: hashOf(by, hashes), environmentId, id }))
      }
      const shown = (key: typeof one, hash = one.hash) => ({
        hash: hash.toString('hex'),
        environmentId: key.environment_id,
        id: key.id,
      })
      const { anywhere } = server.database
      expect(await find(anywhere, [one.hash])).toEqual([shown(one)])
      expect(await find(anywhere, [one.hash.subarray(0, 31), randomBytes(32), null])).toEqual([])
      expect(await find(anywhere, [randomBytes(32), null, one.hash])).toEqual([shown(one)])
      await undone(other.environment_id, async (tx) => {
        await tx.run(raw('update api_keys set hash = $1 where id = $2', [one.hash, other.id]))
        const both = [shown(one), shown(other)]
        expect(await find(tx, [one.hash])).toEqual(expect.arrayContaining(both))
        // The one still works by what it was before, the other does not.
        const previous = randomBytes(32)
        await tx.run(
          raw(
            "update api_keys set hash = $1, previous_hash = $2, previous_ends_at = instant() + interval '1 hour' where id = $3",
            [randomBytes(32), one.hash, other.id],
          ),
        )
        expect(await find(tx, [one.hash, previous])).toEqual(expect.arrayContaining(both))
        await tx.run(raw('update api_keys set previous_ends_at = instant() where id = $1', [other.id]))
        expect(await find(tx, [one.hash])).toEqual([shown(one)])
      })
    },
  )

  test('what a door reads is read through the door alone', async () => {
    for (const name of behindDoors) {
      const reading = server.database.anywhere.many(raw(`select from ${name}`))
      await expect(reading, name).rejects.toMatchObject(denied)
    }
  })

  test('count_api_keys counts a key that is named with its environment, and changes nothing else of it', async () => {
    const [key] = await rows('select * from api_keys where environment_id = $1 limit 1', [bob.id])
    const count = (environmentId: unknown, id: unknown) =>
      server.database.anywhere.run(
        raw('select count_api_keys($1, $2, $3, $4, $5)', [
          [environmentId],
          [id],
          [2],
          ['2030-01-01T00:00:00.000Z'],
          ['203.0.113.9'],
        ]),
      )
    await count(ada.id, key?.id)
    await count(bob.id, newId())
    expect(await rows('select * from api_keys where id = $1', [key?.id])).toEqual([key])
    await count(bob.id, key?.id)
    expect(await rows('select * from api_keys where id = $1', [key?.id])).toEqual([
      {
        ...key,
        verification_count: '2',
        last_verified_at: new Date('2030-01-01T00:00:00.000Z'),
        last_verified_ip: '203.0.113.9',
        usage_hour: expect.any(Date),
      },
    ])
  })

  test.each([
    ['note_api_key_counts', '2030-01-02T00:00:00.000Z'],
    ['note_api_key_counts_by_part', '2030-01-03T00:00:00.000Z'],
  ])(
    'what %s was told of keys goes by fold_api_key_counts to each with its environment',
    async (name, at) => {
      const [mine] = await rows('select * from api_keys where environment_id = $1 limit 1', [ada.id])
      const [other] = await rows('select * from api_keys where environment_id = $1 limit 1', [bob.id])
      const named = [
        { environmentId: ada.id, id: mine?.id, times: 2 },
        { environmentId: ada.id, id: other?.id, times: 4 },
        { environmentId: bob.id, id: other?.id, times: 8 },
      ]
      const arrays = [
        named.map(({ environmentId }) => environmentId),
        named.map(({ id }) => id),
        named.map(({ times }) => times),
        named.map(() => at),
      ]
      const noting =
        name === 'note_api_key_counts'
          ? raw('select note_api_key_counts($1, $2, $3, $4, $5)', [...arrays, [null, null, null]])
          : raw('select note_api_key_counts_by_part($1, $2, $3, $4, $5, $6, $7, $8)', [
              [0, 1],
              [1, 2],
              [1, 3],
              ...arrays,
              [null, null],
            ])
      await server.database.anywhere.run(noting)
      const { parts } = (
        await server.database.anywhere.many(raw("select find_unfolded_counts('0') as parts"))
      )[0] as { parts: number[] }
      for (const part of parts)
        await server.database.anywhere.run(raw('select fold_api_key_counts($1)', [part]))
      for (const [key, times] of [
        [mine, 2],
        [other, 8],
      ] as const) {
        const [counted] = await rows('select * from api_keys where id = $1', [key?.id])
        expect(counted).toEqual({
          ...key,
          verification_count: String(Number(key?.verification_count) + times),
          last_verified_at: new Date(at),
          last_verified_ip: null,
          usage_hour: new Date(at),
          usage_base: key?.verification_count,
        })
      }
    },
  )

  test('touch_secret_keys changes the last use and the count, of a key that is named with its environment', async () => {
    const [key] = await rows('select * from secret_keys where environment_id = $1 limit 1', [bob.id])
    const touch = (environmentId: unknown, id: unknown, at = '2030-01-01T00:00:00.000Z') =>
      server.database.anywhere.run(
        raw('select touch_secret_keys($1, $2, $3, $4)', [[environmentId], [id], [at], [2]]),
      )
    await touch(ada.id, key?.id)
    await touch(bob.id, newId())
    expect(await rows('select * from secret_keys where id = $1', [key?.id])).toEqual([key])
    await touch(bob.id, key?.id)
    await touch(bob.id, key?.id, '2029-01-01T00:00:00.000Z')
    const [touched] = await rows('select * from secret_keys where id = $1', [key?.id])
    expect(touched).toEqual({
      ...key,
      last_used_at: new Date('2030-01-01T00:00:00.000Z'),
      uses_since_deprecation: '4',
    })
  })

  test('find_signing_key and find_sessions answer about an id that is known, and no other', async () => {
    const { anywhere } = server.database
    const [key] = await rows('select id from signing_keys where environment_id = $1', [bob.id])
    const [session] = await rows('select id from sessions where environment_id = $1 limit 1', [bob.id])
    const keyOf = (id: unknown) => anywhere.many(raw<object>('select * from find_signing_key($1)', [id]))
    const [found, ...more] = await keyOf(key?.id)
    expect(more).toEqual([])
    expect(Object.keys(found ?? {})).toEqual(['environment_id', 'algorithm', 'public_jwk'])
    expect(JSON.stringify(found)).not.toContain('"d"')
    for (const id of [newId(), session?.id, null]) expect(await keyOf(id)).toEqual([])
    const sessionsOf = (environmentIds: unknown, ids: unknown) =>
      anywhere.many(raw<{ id: string }>('select id from find_sessions($1, $2)', [environmentIds, ids]))
    expect(await sessionsOf([bob.id], [session?.id])).toEqual([{ id: session?.id }])
    expect(await sessionsOf([ada.id], [session?.id])).toEqual([])
    expect(await sessionsOf([bob.id], [newId()])).toEqual([])
    expect(await sessionsOf([bob.id, ada.id], [newId(), session?.id])).toEqual([])
    expect(await sessionsOf([null], [session?.id])).toEqual([])
    expect(await sessionsOf([], [])).toEqual([])
  })

  test('find_clients and find_access_tokens answer about ids that are known, each with its environment', async () => {
    const { anywhere } = server.database
    const [client] = await rows('select id from applications where environment_id = $1', [bob.id])
    const [grant] = await rows('select * from application_apis where environment_id = $1', [bob.id])
    const clientsOf = (ids: unknown) =>
      anywhere.many(raw<{ id: string }>('select id from find_clients($1)', [ids]))
    expect(await clientsOf([client?.id])).toEqual([{ id: client?.id }])
    for (const ids of [[newId()], [], [null], null]) expect(await clientsOf(ids)).toEqual([])
    const jti = newId()
    const tokensOf = (...ids: unknown[]) =>
      anywhere.many(
        raw<{ jti: string }>(
          'select jti from find_access_tokens($1, $2, $3, $4)',
          ids.map((id) => [id]),
        ),
      )
    const { application_id, api_id } = grant ?? {}
    expect(await tokensOf(bob.id, application_id, api_id, jti)).toEqual([{ jti }])
    expect(await tokensOf(ada.id, application_id, api_id, jti)).toEqual([])
    expect(await tokensOf(bob.id, newId(), api_id, jti)).toEqual([])
    expect(await tokensOf(bob.id, application_id, newId(), jti)).toEqual([])
    const [revoked] = await rows('select jti from revoked_tokens where environment_id = $1', [bob.id])
    expect(await tokensOf(bob.id, application_id, api_id, revoked?.jti)).toEqual([])
    expect(await anywhere.many(raw('select sweep_revoked_tokens() as n'))).toEqual([{ n: 0 }])
  })

  test('find_portal_session answers whoever has the hash, and only about that portal', async () => {
    const [link] = await rows('select id, session_hash from portal_links where environment_id = $1', [bob.id])
    const find = (hash: unknown) =>
      server.database.anywhere.many(raw<{ id: string }>('select id from find_portal_session($1)', [hash]))
    expect(await find(link?.session_hash)).toEqual([{ id: link?.id }])
    for (const hash of [randomBytes(32), Buffer.alloc(0), null]) expect(await find(hash)).toEqual([])
    expect(await server.database.anywhere.many(raw('select sweep_portal_links() as n'))).toEqual([{ n: 0 }])
  })

  test('search_users looks only into the environment that is set', async () => {
    const search = raw<{ id: string }>('select search_users($1) as id', ['@example.com'])
    const idsOf = async ({ id }: TestEnvironment) =>
      (await rows('select id from users where environment_id = $1', [id])).map((row) => row.id)
    const found = async (queries: Queries) => (await queries.many(search)).map(({ id }) => id)
    expect((await found(server.database.read(ada.id))).sort()).toEqual((await idsOf(ada)).sort())
    expect((await found(server.database.read(bob.id))).sort()).toEqual((await idsOf(bob)).sort())
    expect(await found(server.database.anywhere)).toEqual([])
    expect(await server.database.read(ada.id).many(raw('select search_users($1)', ['']))).not.toEqual([])
    expect(await server.database.anywhere.many(raw('select search_users($1)', ['']))).toEqual([])
  })

  test('find_due_signing_keys and what sweeps tell nothing but an algorithm and a number', async () => {
    const due = await server.database.anywhere.many(
      raw<object>('select * from find_due_signing_keys($1)', [-1]),
    )
    expect(due.length).toBeGreaterThan(1)
    for (const row of due) expect(Object.keys(row)).toEqual(['environment_id', 'algorithm'])
    const swept = await server.database.anywhere.many(raw('select sweep_requests() as n'))
    expect(swept).toEqual([{ n: 0 }])
    const ends = await server.database.anywhere.many(raw('select sweep_api_key_revocations() as n'))
    expect(ends).toEqual([{ n: 0 }])
  })
})

describe('what is above all environments', () => {
  test('is written by no statement that is in an environment', async () => {
    const event =
      "insert into instance_events (id, type, actor_type, data) values (gen_random_uuid(), 'x', 'x', '{}')"
    const insert = 'insert into environments (id, project_id, name) values (gen_random_uuid(), $1, $$live$$)'
    for (const [forbidden, ...values] of [
      [event],
      [insert, ada.projectId],
      ["insert into projects (id, slug, name) values (gen_random_uuid(), 'x', 'X')"],
    ] as const) {
      await expect(
        undone(ada.id, (tx) => tx.run(raw(forbidden, values))),
        forbidden,
      ).rejects.toMatchObject(denied)
      await undone('', (tx) => tx.run(raw(forbidden, values)))
    }
    for (const harmless of ["update projects set name = 'Mine'", 'update projects set deleted_at = now()']) {
      expect(await undone(ada.id, (tx) => tx.run(raw(harmless))), harmless).toBe(0)
    }
    await server.owner.query(event)
    const seen = raw('select from instance_events')
    expect(await server.database.anywhere.many(seen)).not.toEqual([])
    expect(await server.database.read(ada.id).many(seen)).toEqual([])
    for (const change of ["update instance_events set type = 'forged'", 'delete from instance_events']) {
      await expect(
        undone('', (tx) => tx.run(raw(change))),
        change,
      ).rejects.toMatchObject(denied)
    }
  })

  test('a project that is removed for good leaves no row behind, and takes none of another', async () => {
    const cleo = await server.environment()
    const second = await cleo.operator.environments.create(cleo.projectId, { name: 'live' })
    await furnish(cleo)
    const countOf = async (table: string, ids: string[]) => {
      const [{ n } = { n: 0 }] = await rows<{ n: number }>(
        `select count(*)::int as n from ${table} where environment_id = any($1)`,
        [ids],
      )
      return n
    }
    for (const table of tenantTables) expect(await countOf(table, [cleo.id]), table).toBeGreaterThan(0)
    const before = await Promise.all([snapshot(ada.id), snapshot(bob.id)])
    const remove = raw<{ removed: number | null }>('select purge_environment(3) as removed')
    const gone = raw<{ id: string }>('select id from purge_project()')
    const above = <Row>(statement: ReturnType<typeof raw<Row>>) =>
      server.database.transaction('', (tx) => tx.many(statement))

    // Neither door does anything for a project that nobody has confirmed.
    expect([await above(remove), await above(gone)]).toEqual([[{ removed: null }], []])
    const [confirm = ''] = cleo.name.split('/')
    await cleo.operator.projects.purge(cleo.projectId, { confirm })
    expect([await above(remove), await above(gone)]).toEqual([[{ removed: null }], []])
    server.clock.advance({ minutes: 1 })
    for (let removed: number | null | undefined = 3; typeof removed === 'number'; ) {
      ;[{ removed } = { removed: null }] = await above(remove)
      if (typeof removed === 'number') expect(removed).toBeLessThanOrEqual(3)
    }
    for (const table of tenantTables) expect(await countOf(table, [cleo.id, second.id]), table).toBe(0)
    expect(await rows('select from environments where id = any($1)', [[cleo.id, second.id]])).toEqual([])
    expect(await above(gone)).toEqual([{ id: cleo.projectId }])
    expect(await above(gone)).toEqual([])
    expect(await Promise.all([snapshot(ada.id), snapshot(bob.id)])).toEqual(before)
  })

  test('detach_environment opens only above all environments, and for the project that it names', async () => {
    const { operator, projectId, id } = await server.environment()
    await operator.environments.create(projectId, { name: 'live' })
    const detach = (project: string) =>
      raw<{ it: boolean }>('select detach_environment($1, $2) as it', [project, id])
    expect(await undone(id, (tx) => tx.one(detach(projectId)))).toEqual({ it: false })
    expect(await undone('', (tx) => tx.one(detach(bob.projectId)))).toEqual({ it: false })
    expect(await undone('', (tx) => tx.one(detach(projectId)))).toEqual({ it: true })
  })
})

describe('the connections that many environments share', () => {
  const counted = raw<{ environment_id: string; asked: string }>(
    'select environment_id, current_environment()::text as asked from users',
  )

  test('never mix two environments, in 10,000 reads of which 200 are under way', async () => {
    const expected = new Map<string, number>()
    for (const { id } of [ada, bob]) {
      const [{ n } = { n: 0 }] = await rows<{ n: number }>(
        'select count(*)::int as n from users where environment_id = $1',
        [id],
      )
      expected.set(id, n)
    }
    let left = 10_000
    let mixed = 0
    async function reader(seed: number) {
      for (let i = seed; left-- > 0; i = (i * 1_103_515_245 + 12_345) % 2_147_483_648) {
        const place = i % 7
        if (place === 6) {
          if ((await server.database.anywhere.many(counted)).length !== 0) mixed++
          continue
        }
        const { id } = place % 2 === 0 ? ada : bob
        const run = (q: Queries) => q.many(counted)
        const seen =
          place === 5 ? await server.database.transaction(id, run) : await run(server.database.read(id))
        const own = seen.every(({ environment_id, asked }) => environment_id === id && asked === id)
        if (!own || seen.length !== expected.get(id)) mixed++
      }
    }
    await Promise.all(Array.from({ length: 200 }, (_, i) => reader(i + 1)))
    expect(mixed).toBe(0)
  })

  test('answer nobody in an environment that could not be set', async () => {
    const { read } = server.database
    await Promise.all(Array.from({ length: 20 }, () => read(ada.id).many(counted)))
    // No environment has such an id; it stands for whatever may make the setting fail.
    const answers = await Promise.allSettled(
      Array.from({ length: 20 }, () => read('\u0000').many(raw('select * from users'))),
    )
    expect(answers.filter(({ status }) => status === 'fulfilled')).toEqual([])
    const { length } = await read(bob.id).many(counted)
    expect(length).toBeGreaterThan(0)
  })

  test('are in no environment between two transactions', async () => {
    await Promise.all(
      Array.from({ length: 20 }, () => server.database.transaction(ada.id, (tx) => tx.many(counted))),
    )
    const after = await Promise.all(
      Array.from({ length: 20 }, () => server.database.transaction('', (tx) => tx.many(counted))),
    )
    expect(after.flat()).toEqual([])
  })
})

async function columnsOf(table: string): Promise<string[]> {
  const found = await rows<{ name: string }>(
    `select attname as name from pg_attribute
     where attrelid = $1::regclass and attnum > 0 and attname <> 'environment_id' order by attnum`,
    [`claviger.${table}`],
  )
  return found.map(({ name }) => name)
}

/** The statement that stores a row given as JSON, without the columns that the database computes itself. */
async function copyInto(table: string): Promise<string> {
  const [found] = await rows<{ columns: string }>(
    `select string_agg(quote_ident(attname), ', ' order by attnum) as columns from pg_attribute
     where attrelid = $1::regclass and attnum > 0 and not attisdropped and attgenerated = ''`,
    [`claviger.${table}`],
  )
  return `insert into ${table} (${found?.columns})
    select ${found?.columns} from json_populate_record(null::${table}, $1)`
}

/** Everything that an environment has, as text, but when its keys were used: that is written down whenever. */
async function snapshot(environmentId: string): Promise<Record<string, string[]>> {
  const found: Record<string, string[]> = {}
  for (const table of tenantTables) {
    const all = await rows<{ text: string }>(
      `select (to_jsonb(t) - 'last_used_at')::text as text from ${table} t where environment_id = $1 order by 1`,
      [environmentId],
    )
    found[table] = all.map(({ text }) => text)
  }
  return found
}
