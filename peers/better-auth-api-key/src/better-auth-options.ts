import { apiKey } from '@better-auth/api-key'
import type { BetterAuthOptions } from 'better-auth'
import { admin, bearer, organization } from 'better-auth/plugins'
import type { Pool } from 'pg'

/**
 * Everything at its default except what would make it slower (rate limiting) or talk to others (telemetry).
 */
export function betterAuthOptions(options: {
  pool: Pool
  baseUrl: string
  secret: string
  /** Without the plugins for organizations and administrators. */
  isAlone: boolean
}) {
  return {
    database: options.pool,
    baseURL: options.baseUrl,
    secret: options.secret,
    rateLimit: { enabled: false },
    telemetry: { enabled: false },
    logger: { level: 'error' },
    plugins: [
      apiKey({ rateLimit: { enabled: false } }),
      ...(options.isAlone ? [] : [admin(), organization(), bearer()]),
    ],
  } satisfies BetterAuthOptions
}
