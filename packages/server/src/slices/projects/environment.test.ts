import type { EnvironmentSettings } from '@claviger/contract'
import { expect, test } from 'vitest'
import { newId } from '#kernel/ids'
import { effectiveSettings, environmentOf } from './environment.js'

const passwordPolicy = {
  lengthMin: 10,
  uppercase: true,
  lowercase: true,
  digit: true,
  symbol: false,
  refuseBreached: true,
}

test('effectiveSettings of a live environment allow no page of another origin until one is named', () => {
  expect(effectiveSettings('live', {})).toEqual({
    allowedOrigins: [],
    passwordPolicy,
    sessionLifetimeSeconds: 604_800,
    sessionIdleSeconds: null,
    signingAlgorithm: 'ES256',
    passkeys: null,
    secondFactor: 'optional',
    newDeviceEmails: true,
    links: {},
    selfServiceApiKeys: { users: false, organizations: false },
    membersPerOrganizationMax: null,
  })
})

test('effectiveSettings of a test environment differ by the pages on the machine of a developer', () => {
  expect(effectiveSettings('test', {})).toEqual({
    ...effectiveSettings('live', {}),
    allowedOrigins: ['http://localhost:*', 'http://127.0.0.1:*'],
  })
})

test.each<Partial<EnvironmentSettings>>([
  { allowedOrigins: [] },
  { allowedOrigins: ['https://app.example.com'] },
  { passwordPolicy: { lengthMin: 8, uppercase: false, lowercase: false, digit: false, symbol: true } },
  { sessionLifetimeSeconds: 300 },
  { signingAlgorithm: 'RS256' },
  { membersPerOrganizationMax: 5 },
  { membersPerOrganizationMax: null },
])('effectiveSettings take what is stored, %o, and the defaults for the rest', (stored) => {
  for (const name of ['live', 'test']) {
    expect(effectiveSettings(name, stored)).toEqual({ ...effectiveSettings(name, {}), ...stored })
  }
})

test('effectiveSettings of one environment are not those of the next', () => {
  effectiveSettings('test', { sessionLifetimeSeconds: 300 })
  expect(effectiveSettings('test', {}).sessionLifetimeSeconds).toBe(604_800)
})

test('environmentOf reads every column of a row', () => {
  const [id, projectId] = [newId(), newId()]
  const environment = environmentOf({
    environment_id: id,
    environment_name: 'test',
    settings: { sessionLifetimeSeconds: 600 },
    project_id: projectId,
    project_slug: 'shop',
    environment_created_at: '2026-11-22T12:00:00.000Z',
    environment_updated_at: '2026-11-23T12:00:00.000Z',
  })
  expect(environment).toEqual({
    id,
    name: 'test',
    projectId,
    projectSlug: 'shop',
    settings: effectiveSettings('test', { sessionLifetimeSeconds: 600 }),
    createdAt: '2026-11-22T12:00:00.000Z',
    updatedAt: '2026-11-23T12:00:00.000Z',
  })
})
