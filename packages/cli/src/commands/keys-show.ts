import type { SecretKey, SecretKeyRevocation } from '@claviger/sdk'
import type { Command } from 'commander'
import { withServer } from '../connection.js'
import type { Context } from '../context.js'
import { withKeyArgument } from '../key-argument.js'
import { type ServerOptions, withExamples, withServerOptions } from '../options.js'
import { type Facts, printFacts } from '../output/facts.js'
import { printJson } from '../output/json.js'
import { minute } from '../output/time.js'

/** Adds `claviger keys show`: everything that is known of one key, without its secret. */
export function addKeysShow(keys: Command, context: Context): void {
  const command = withKeyArgument(withServerOptions(keys.command('show')))
    .description('Show one key, without its secret.')
    .action(async (id: string, _options: object, command: Command) => {
      const options = command.optsWithGlobals<ServerOptions>()
      await withServer(context, options, async ({ client }) => {
        const [secretKey, { revocations }] = await Promise.all([
          client.secretKeys.get(id),
          client.secretKeys.listRevocations(id),
        ])
        if (options.json) return printJson(context, { secretKey, revocations })
        printFacts(context, describe(secretKey, revocations))
      })
    })
  withExamples(command, [
    ['One key', 'claviger keys show 0198d1c4-…'],
    [
      'Whether the old one is still in use',
      'claviger keys show 0198d1c4-… --json | jq .secretKey.usesSinceDeprecation',
    ],
  ])
}

function* describe(key: SecretKey, revocations: readonly SecretKeyRevocation[]): Facts {
  yield ['Id', key.id]
  yield ['Name', key.name]
  if (key.description !== null) yield ['Description', key.description]
  yield ['Begins with', `${key.prefix} (${key.kind})`]
  yield ['Status', key.status]
  yield ['Permissions', key.permissions.join(', ') || 'none']
  if (key.allowedNamespaces !== null) yield ['Namespaces', key.allowedNamespaces.join(', ') || 'none']
  if (key.rateLimitPerMinute !== null) yield ['A minute', `${key.rateLimitPerMinute} requests`]
  if (key.rateLimitPerHour !== null) yield ['An hour', `${key.rateLimitPerHour} requests`]
  yield ['Created', `${minute(key.createdAt)}${key.createdBy === null ? '' : ` by ${key.createdBy}`}`]
  yield ['Last used', key.lastUsedAt === null ? 'never' : minute(key.lastUsedAt)]
  if (key.expiresAt !== null) yield ['Expires', minute(key.expiresAt)]
  if (key.deprecatedAt !== null && key.gracePeriodEndsAt !== null) {
    yield ['Deprecated', `${minute(key.deprecatedAt)}, ends ${minute(key.gracePeriodEndsAt)}`]
    yield ['Used since then', `${key.usesSinceDeprecation} times`]
  }
  if (key.replacedById !== null) yield ['Replaced by', key.replacedById]
  for (const { revokedAt, revokedBy, reason } of revocations) {
    const by = revokedBy === null ? '' : ` by ${revokedBy}`
    yield ['Revoked', `${minute(revokedAt)}${by}${reason === null ? '' : `: ${reason}`}`]
  }
}
