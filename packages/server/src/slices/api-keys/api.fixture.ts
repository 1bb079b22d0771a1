import type { TestEnvironment } from '@claviger/server/testing'

/** An API with the scopes that the tests of keys name; answers its id. */
export async function makeApi(
  { sdk }: TestEnvironment,
  scopes: readonly string[] = ['read:users', 'write:users'],
): Promise<string> {
  const { id } = await sdk.apis.create({
    name: 'Weather',
    audience: `https://${crypto.randomUUID()}.example.com`,
  })
  for (const key of scopes) await sdk.apiScopes.create(id, { key })
  return id
}
