import { testServer } from '@claviger/server/testing'
import { expect, test } from 'vitest'

const server = testServer()

test.each(['live', 'test'] as const)(
  'environment.get answers the %s environment of the key',
  async (name) => {
    const { id, projectId, name: fullName, sdk } = await server.environment({ name })
    const environment = await sdk.environment.get()
    expect(environment).toEqual({
      id,
      projectId,
      projectSlug: fullName.split('/')[0],
      name,
      settings: {
        allowedOrigins: name === 'test' ? ['http://localhost:*', 'http://127.0.0.1:*'] : [],
        passwordPolicy: {
          lengthMin: 10,
          uppercase: true,
          lowercase: true,
          digit: true,
          symbol: false,
          refuseBreached: true,
        },
        sessionLifetimeSeconds: 604_800,
        sessionIdleSeconds: null,
        signingAlgorithm: 'ES256',
        passkeys: null,
        secondFactor: 'optional',
        newDeviceEmails: true,
        links: {},
        selfServiceApiKeys: { users: false, organizations: false },
        membersPerOrganizationMax: null,
      },
      createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      updatedAt: environment.createdAt,
    })
  },
)

test('environment.get answers an administrator the environment that it names', async () => {
  const { operator, sdk } = await server.environment({ settings: { sessionLifetimeSeconds: 600 } })
  const environment = await operator.environment.get()
  expect(environment).toEqual(await sdk.environment.get())
  expect(environment.settings.sessionLifetimeSeconds).toBe(600)
})
