import { createLocalJWKSet, decodeProtectedHeader, type JSONWebKeySet, jwtVerify } from 'jose'
import { createExternalDatabase } from '../faults/external-database.js'
import { createInstallation } from '../installation.js'
import { type Measurement, scaled } from './measurement.js'
import { makeUsers, signIn, startSite } from './site.js'

const rotations = 10
const clients = 8
/** A copy of the key set may be an hour old, because a key is published an hour before it signs: here, this. */
const cacheMs = 2_000

/**
 * Keys that are replaced while tokens are signed and verified. The hour between the publication of a key and its
 * first signature is set to one as long as the verifiers' copies of the set are old.
 */
export const rotateKeys: Measurement = {
  name: 'rotation',
  what: 'tokens that services refuse falsely while signing keys are replaced under load',
  async run({ share, done }) {
    const count = scaled(rotations, share)
    const database = await createExternalDatabase()
    const installation = await createInstallation()
    try {
      const site = await startSite(installation, { CLAVIGER_DATABASE_URL: database.url })
      const emails = Array.from({ length: clients }, (_, i) => `rotation-${i}@example.com`)
      await makeUsers(site, emails)

      const keySet = async () => (await site.ask('/.well-known/jwks.json')).body as JSONWebKeySet
      const first = createLocalJWKSet(await keySet())
      const kids = new Set<string>()
      let [verified, refused, refusedHere, refusedByOld, stopping] = [0, 0, 0, 0, false]

      /** A service with a copy of the set that is as old as it may be, and that never asks for another before. */
      async function client(email: string): Promise<void> {
        let { refreshToken } = await signIn(site, email)
        let [copy, copiedAt] = [createLocalJWKSet(await keySet()), performance.now()]
        while (!stopping) {
          const { status, body } = await site.ask('/v1/auth/sessions/refresh', { body: { refreshToken } })
          if (status !== 200) throw new Error(`The refresh failed: ${JSON.stringify(body)}`)
          refreshToken = body.refreshToken
          const token = body.sessionToken as string
          kids.add(decodeProtectedHeader(token).kid ?? '')
          if (performance.now() - copiedAt > cacheMs)
            [copy, copiedAt] = [createLocalJWKSet(await keySet()), performance.now()]
          const options = { issuer: site.url, clockTolerance: 5 }
          await jwtVerify(token, copy, options).catch(() => refused++)
          await jwtVerify(token, first, options).catch(() => refusedByOld++)
          if ((await site.ask('/v1/me', { bearer: token })).status !== 200) refusedHere++
          verified++
        }
      }

      const load = Promise.all(emails.map(client))
      // An error of a client is told when the load is awaited.
      load.catch(() => {})
      for (let n = 0; n < count; n++) {
        const { status, body } = await site.ask('/v1/admin/signing-keys/rotate', {
          method: 'POST',
          bearer: site.secretKey,
        })
        if (status !== 201) throw new Error(`The rotation failed: ${JSON.stringify(body)}`)
        await database.query(
          "update claviger.signing_keys set activates_at = clock_timestamp() + $1 * interval '1 millisecond' where id = $2",
          [cacheMs + 500, body.signingKey.id],
        )
        const before = verified
        while (!kids.has(body.signingKey.id)) await new Promise((resolve) => setTimeout(resolve, 20))
        while (verified < before + 50) await new Promise((resolve) => setTimeout(resolve, 20))
        done((n + 1) / count)
      }
      stopping = true
      await load
      return {
        header: [
          'rotations',
          'tokens verified',
          'refused by services with a copy as old as allowed',
          'refused by the server',
          'for comparison: refused with the first copy',
        ],
        rows: [
          [count, verified, refused, refusedHere, refusedByOld].map((figure) =>
            figure.toLocaleString('en-US'),
          ),
        ],
        mustBeZero: {
          'false refusals by services': refused,
          'false refusals by the server': refusedHere,
          'rotations that took no effect': count + 1 - kids.size,
        },
      }
    } finally {
      await installation.remove()
      await database.remove()
    }
  },
}
