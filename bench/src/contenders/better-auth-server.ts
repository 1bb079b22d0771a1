import { createServer } from 'node:http'
import { betterAuth } from 'better-auth'
import { toNodeHandler } from 'better-auth/node'
import { Pool } from 'pg'
import { betterAuthOptions } from './better-auth-options.js'

const { DATABASE_URL, BENCH_URL, BETTER_AUTH_SECRET } = process.env
if (!DATABASE_URL || !BENCH_URL || !BETTER_AUTH_SECRET) {
  throw new Error('This process is started by better-auth.ts, which sets its environment.')
}

const pool = new Pool({ connectionString: DATABASE_URL, max: 8 })
const auth = betterAuth(betterAuthOptions({ pool, baseUrl: BENCH_URL, secret: BETTER_AUTH_SECRET }))
const server = createServer(toNodeHandler(auth))
const { hostname, port } = new URL(BENCH_URL)
server.listen(Number(port), hostname)
