import { testServer } from '@claviger/server/testing'
import { expect, it } from 'vitest'
import { makeApi } from '../../../server/src/slices/api-keys/api.fixture.js'
import { operatorOf, runCommand } from '../../testing/run-command.js'

const server = testServer()

it('api-keys makes, lists and revokes a key of a customer', async () => {
  const environment = await server.environment()
  const apiId = await makeApi(environment)
  const [project = ''] = environment.name.split('/')
  const env = await operatorOf(server)
  const run = (...args: string[]) =>
    runCommand(['api-keys', ...args, '--project', project, '--environment', 'test'], { env, columns: 120 })

  const terms = ['--name', 'Production', '--per-minute', '60', '--scope', 'read:users', 'write:users']
  const made = await run('create', '--api', apiId, ...terms)
  expect(made).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^k_test_\w{49}\n$/) })
  expect(made.stderr).toBe(`This API key of ${environment.name} is shown this once: keep it safe.\n`)
  const secret = made.stdout.trim()
  const [apiKey] = (await environment.sdk.apiKeys.list()).apiKeys
  expect(apiKey).toMatchObject({ scopes: ['read:users', 'write:users'], rateLimitPerMinute: 60 })

  const listed = await run('list', '--api', apiId)
  for (const shown of [apiKey?.id ?? '', secret.slice(0, 16), 'never', 'Production']) {
    expect(listed.stdout).toContain(shown)
  }
  expect(listed.stdout).not.toContain(secret)
  expect(await run('revoke', secret)).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining('claviger api-keys list'),
  })
  expect(await run('revoke', apiKey?.id ?? '', '--reason', 'Leaked')).toMatchObject({
    exitCode: 0,
    stdout: `Revoked ${secret.slice(0, 16)}… (Production) of ${environment.name}.\n`,
  })
  expect(await environment.sdk.apiKeys.get(apiKey?.id ?? '')).toMatchObject({
    status: 'revoked',
    revocationReason: 'Leaked',
  })
  expect((await run('list', '--status', 'active', '--json')).stdout).toContain('"total":0')
  expect(await run('revoke', apiId)).toMatchObject({
    exitCode: 3,
    stderr: expect.stringContaining('claviger api-keys list'),
  })
  expect(await run('create', '--api', apiId, '--name', 'x', '--scope', 'all')).toMatchObject({ exitCode: 2 })
})
