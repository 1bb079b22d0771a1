import type { BetterAuthOptions } from 'better-auth'
import { admin } from 'better-auth/plugins'
import type { Pool } from 'pg'

/**
 * The configuration of the peer, shared by its seed and its server: everything at its default except
 * what would make it slower (rate limiting) or talk to others (telemetry).
 */
export function betterAuthOptions(options: { pool: Pool; baseUrl: string; secret: string }) {
  return {
    database: options.pool,
    baseURL: options.baseUrl,
    secret: options.secret,
    emailAndPassword: { enabled: true },
    rateLimit: { enabled: false },
    telemetry: { enabled: false },
    logger: { level: 'error' },
    plugins: [admin()],
  } satisfies BetterAuthOptions
}
