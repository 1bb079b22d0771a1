import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createRemoteJWKSet, jwtVerify } from 'jose'
import { createInstallation, type Installation } from '../installation.js'
import { createExternalDatabase } from './external-database.js'
import type { Fault } from './fault.js'

const wrongClock = fileURLToPath(new URL('wrong-clock.mjs', import.meta.url))
const password = 'Correct-horse-battery-9'
const minutes = 60_000
/** As many tries to sign in as an account has in a minute. */
const signInsMax = 10
/** What a key is limited to in a minute, and how many clients use it at once. */
const requestsMax = 100
const clients = 50

interface Node extends Installation {
  setClock(offByMs: number): Promise<void>
}

/** Two nodes with a worker each, on one database, whose clocks are wrong and step. */
export const severalNodes: Fault = {
  name: 'several-nodes',
  what: 'two nodes with workers on one PostgreSQL, their clocks 10 minutes off to either side, and stepping',
  async run() {
    const database = await createExternalDatabase()
    const publicUrl = 'http://claviger.test'
    const nodes: Node[] = []
    try {
      for (const offBy of [10 * minutes, -10 * minutes]) {
        const installation = await createInstallation()
        const file = join(installation.dataDir, '..', 'wrong-clock')
        const node = { ...installation, setClock: (ms: number) => writeFile(file, String(ms)) }
        await node.setClock(offBy)
        nodes.push(node)
        await installation.start({
          CLAVIGER_DATABASE_URL: database.url,
          CLAVIGER_MASTER_KEY: 'ab'.repeat(32),
          CLAVIGER_PUBLIC_URL: publicUrl,
          NODE_OPTIONS: `--import ${wrongClock}`,
          WRONG_CLOCK_FILE: file,
        })
      }
      const [a, b] = nodes as [Node, Node]
      const secretKey = await a.makeKey()
      const keys = createRemoteJWKSet(new URL(`${b.url}/.well-known/jwks.json`))

      let [refusedFalsely, refusedElsewhere, acceptedAfterRevocation, signIns] = [0, 0, 0, 0]
      for (const [i, [first, second]] of [
        [a, b],
        [b, a],
        [a, b],
        [b, a],
      ].entries() as Iterable<[number, [Node, Node]]>) {
        // The third and fourth rounds run with both clocks on the other side, set while the nodes run.
        if (i === 2) await Promise.all([a.setClock(-10 * minutes), b.setClock(10 * minutes)])
        const { sessionId, sessionToken, refreshToken } = await signUp(first, `ada-${i}@example.com`)
        signIns++
        for (const node of [first, second]) {
          if ((await me(node, sessionToken)) !== 200) refusedFalsely++
          const refreshed = await post(node, '/v1/auth/sessions/refresh', { refreshToken })
          if (refreshed.status !== 200) refusedFalsely++
        }
        // As another service does, by the right time.
        const verified = jwtVerify(sessionToken, keys, {
          issuer: publicUrl,
          clockTolerance: 5,
          maxTokenAge: 60,
        })
        await verified.catch(() => refusedElsewhere++)
        await post(second, `/v1/admin/sessions/${sessionId}/revoke`, {}, secretKey)
        if ((await me(first, sessionToken)) !== 401) acceptedAfterRevocation++
      }

      const limited = await makeKey(a, secretKey, { rateLimitPerMinute: requestsMax })
      const statuses = await Promise.all(
        Array.from({ length: clients }, async (_, client) => {
          const first = await useKey(client % 2 === 0 ? a : b, limited.secret)
          const second = await useKey(client % 2 === 0 ? b : a, limited.secret)
          return [first, second, await useKey(a, limited.secret), await useKey(b, limited.secret)]
        }),
      )
      const letThrough = statuses.flat().filter((status) => status === 200).length

      for (const [first, second] of [
        [a, b],
        [b, a],
      ] as const) {
        const { id, secret } = await makeKey(first, secretKey)
        if ((await useKey(second, secret)) !== 200) refusedFalsely++
        await post(first, `/v1/admin/secret-keys/${id}/revoke`, {}, secretKey)
        if ((await useKey(second, secret)) !== 401) acceptedAfterRevocation++
      }

      let tries = 0
      for (let refused = false; !refused && tries < 3 * signInsMax; tries++) {
        const node = tries % 2 === 0 ? a : b
        const { status } = await post(node, '/v1/auth/sign-in/email-password', {
          email: 'eve@example.com',
          password,
        })
        refused = status === 429
      }
      return {
        figures: {
          'sessions, each used on both nodes': signIns,
          'let through with a limited key': letThrough,
          'tries to sign in until refused': tries,
        },
        mustBeZero: {
          'false refusals by a node': refusedFalsely,
          'false refusals by a service': refusedElsewhere,
          'accepted after revocation elsewhere': acceptedAfterRevocation,
          'let through beyond that limit': Math.max(0, letThrough - requestsMax),
          'refused below that limit': Math.max(0, requestsMax - letThrough),
          'tries beyond the limit': Math.max(0, tries - 1 - signInsMax),
        },
      }
    } finally {
      for (const node of nodes) await node.remove()
      await database.remove()
    }
  },
}

function post({ url }: Node, path: string, body: object, secretKey?: string): Promise<Response> {
  return fetch(url + path, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(secretKey !== undefined && { authorization: `Bearer ${secretKey}` }),
    },
    body: JSON.stringify(body),
  })
}

async function makeKey(node: Node, secretKey: string, terms: { rateLimitPerMinute?: number } = {}) {
  const response = await post(node, '/v1/admin/secret-keys', { name: 'e2e', ...terms }, secretKey)
  const made = (await response.json()) as { secret: string; secretKey: { id: string } }
  return { id: made.secretKey.id, secret: made.secret }
}

async function useKey({ url }: Node, secret: string): Promise<number> {
  const headers = { authorization: `Bearer ${secret}` }
  return (await fetch(`${url}/v1/admin/environment`, { headers })).status
}

async function signUp(node: Node, email: string) {
  const response = await post(node, '/v1/auth/sign-up/email-password', { email, password })
  return (await response.json()) as { sessionId: string; sessionToken: string; refreshToken: string }
}

async function me({ url }: Node, token: string): Promise<number> {
  return (await fetch(`${url}/v1/me`, { headers: { authorization: `Bearer ${token}` } })).status
}
