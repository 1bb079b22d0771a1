import { errors } from '@claviger/contract'
import { expect, test } from 'vitest'
import { Failure, fail } from '#kernel/failure'
import { explainDatabaseError, isUnavailable, violatedConstraint, wantsRetry } from './database-error.js'

const postgres = (code: string, message = 'Told by PostgreSQL.', constraint?: string) =>
  Object.assign(new Error(message), { code, ...(constraint && { constraint }) })

test.each([
  ['the connection failed', postgres('08006')],
  ['there are too many connections', postgres('53300')],
  ['the disk is full', postgres('53100')],
  ['an administrator ended it', postgres('57P01')],
  ['the server starts or stops', postgres('57P03')],
  ['a lock did not come free in time', postgres('55P03')],
  ['the transaction idled', postgres('25P03')],
  ['a statement took too long', postgres('57014')],
  ['the disk does not read', postgres('58030')],
  ['the primary became a replica', postgres('25006')],
  ['nobody listens', postgres('ECONNREFUSED')],
  ['the name is not known', postgres('ENOTFOUND')],
  ['names cannot be looked up', postgres('EAI_AGAIN')],
  ['the connection was reset', postgres('ECONNRESET')],
  ['the driver lost its connection', new Error('Connection terminated unexpectedly')],
  ['the driver waited for a connection', new Error('timeout exceeded when trying to connect')],
  ['the driver waited for a new connection', new Error('timeout expired')],
  ['the driver waited for an answer', new Error('Query read timeout')],
  ['the driver is broken', new Error('Client has encountered a connection error and is not queryable')],
])('the same request may succeed in a moment where %s', (_reason, error) => {
  expect(isUnavailable(error)).toBe(true)
  expect(explainDatabaseError(error)).toMatchObject({ definition: errors.unavailable })
})

test.each([
  ['a rule of the data', postgres('23505', 'duplicate key value violates "sso_connections_domain"')],
  ['a mistake in a statement', postgres('42703', 'column "connection" does not exist')],
  ['a value that cannot be', postgres('22021', 'terminated by a NUL')],
  ['a permission', postgres('42501', 'permission denied for table connections')],
  ['a refusal that quotes its caller', fail(errors.username_taken, { username: 'connection terminated' })],
  ['a mistake that Node finds', postgres('ERR_INVALID_ARG_TYPE')],
  ['a mistake in the program', new TypeError('undefined is not a function')],
  ['what is no error', 'connection terminated'],
])('is no outage, whatever its words are: %s', (_reason, error) => {
  expect(isUnavailable(error)).toBe(false)
  expect(explainDatabaseError(error)).toBe(error)
})

test('only a serialization failure and a deadlock ask for another run', () => {
  expect(['40001', '40P01', '40002', '23505', '57P01'].map((code) => wantsRetry(postgres(code)))).toEqual([
    true,
    true,
    false,
    false,
    false,
  ])
  expect(wantsRetry(new Error('40001'))).toBe(false)
  expect(wantsRetry(new Failure(errors.unavailable))).toBe(false)
})

test('the constraint is known by its name, and only of a rule of the data', () => {
  expect(violatedConstraint(postgres('23505', '', 'users_username'))).toBe('users_username')
  expect(violatedConstraint(postgres('42501', '', 'users_username'))).toBeUndefined()
  expect(violatedConstraint(new Error('users_username'))).toBeUndefined()
})
