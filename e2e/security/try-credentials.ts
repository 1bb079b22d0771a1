import { type Route, routes } from '@claviger/contract'
import type { Measurement } from './measurement.js'
import { mailTo, makeUsers, onSite, type SignedIn, type Site, signIn, type Told, tokenIn } from './site.js'

/** A secret of the right look that nobody ever gave out. */
const unknown = (secret: string) => secret.slice(0, -1) + (secret.endsWith('0') ? '1' : '0')
const nowhere = '00000000-0000-4000-8000-000000000000'

/** Everything that is a credential of another kind, or none any more: each is a 401 on every route. */
async function wrongCredentials(site: Site, ada: SignedIn): Promise<Record<string, Record<string, string>>> {
  const { ask, operate, secretKey, installation } = site
  const bearer = (token: string) => ({ authorization: `Bearer ${token}` })
  const make = async (body: object) => (await operate('/v1/admin/secret-keys', { body })).body
  const publishable = await make({ name: 'Publishable', kind: 'publishable' })
  const revoked = await make({ name: 'Revoked' })
  await operate(`/v1/admin/secret-keys/${revoked.secretKey.id}/revoke`, { method: 'POST' })
  const eve = await signIn(site, 'eve@example.com')
  await ask('/v1/auth/sign-out', { method: 'POST', bearer: eve.sessionToken })
  await ask('/v1/auth/sign-in/magic-link', { body: { email: 'ada@example.com' } })
  const { body: made } = await ask('/v1/admin/organizations', {
    bearer: secretKey,
    body: { name: 'Acme', slug: 'acme' },
  })
  const { body: offered } = await ask('/v1/admin/invitations', {
    bearer: secretKey,
    body: { email: 'grace@example.com', orgId: made.organization.id },
  })
  const [header, payload] = ada.sessionToken.split('.')
  const unsigned = Buffer.from('{"alg":"none","typ":"JWT"}').toString('base64url')
  return {
    none: {},
    garbage: bearer('garbage'),
    'another scheme': { authorization: `Basic ${secretKey}` },
    'a publishable key': bearer(publishable.secret),
    'an unknown secret key': bearer(unknown(secretKey)),
    'a revoked secret key': bearer(revoked.secret),
    'an unknown operator token': bearer(unknown(await installation.operatorToken())),
    'the token of an ended session': bearer(eve.sessionToken),
    'an unsigned token': bearer(`${unsigned}.${payload}.`),
    'an empty signature': bearer(`${header}.${payload}.`),
    'a refresh token': bearer(ada.refreshToken),
    'the token of a mail': bearer(tokenIn(await mailTo(site, 'ada@example.com', 'magic_link'))),
    'the token of an invitation': bearer(offered.invitation.token),
    'a key in another header': { 'x-api-key': secretKey, 'x-auth-token': ada.sessionToken },
  }
}

/** Every route with everything that is no credential for it. */
export const tryCredentials: Measurement = {
  name: 'credentials',
  what: 'every route with every kind of credential that is not its own',
  run: ({ done }) =>
    onSite(async (site) => {
      // What OAuth clients are asked for is in a form; the tests of the server try what is none.
      const closed = routes.filter(({ access, style }) => access.by !== 'anyone' && style === undefined)
      await makeUsers(site, ['ada@example.com', 'eve@example.com'])
      let ada = await signIn(site, 'ada@example.com')
      const wrong = Object.entries(await wrongCredentials(site, ada))
      const tried = new Map<number, number>()
      const leaks: string[] = []
      const judge = (route: Route, what: string, expected: number, { status }: Told) => {
        tried.set(expected, (tried.get(expected) ?? 0) + 1)
        if (status !== expected) leaks.push(`${route.id} with ${what}: ${status}`)
      }
      for (const [i, route] of closed.entries()) {
        const send = (headers: Record<string, string>) =>
          site.ask(route.path.replace(/:\w+/g, nowhere), {
            method: route.method,
            headers,
            ...(route.body && { body: {} }),
          })
        for (const [what, headers] of wrong) judge(route, what, 401, await send(headers))
        // A credential that is good, but not for this; a session token is good for a minute.
        const { refreshToken } = ada
        ada = (await site.ask('/v1/auth/sessions/refresh', { body: { refreshToken } })).body
        const { sessionToken } = ada
        const others = {
          user: {
            'a secret key': site.secretKey,
            'the operator token': await site.installation.operatorToken(),
          },
          backend: { 'a session token': sessionToken },
          administrator: { 'a session token': sessionToken, 'a secret key': site.secretKey },
          portal: { 'a session token': sessionToken, 'a secret key': site.secretKey },
          application: {},
          anyone: {},
        }[route.access.by]
        for (const [what, token] of Object.entries(others))
          judge(route, what, 403, await send({ authorization: `Bearer ${token}` }))
        done((i + 1) / closed.length)
      }
      for (const leak of leaks) process.stderr.write(`${leak}\n`)
      return {
        header: ['routes', 'of them closed', 'wrong credentials → 401', 'of another kind → 403', 'leaks'],
        rows: [
          [routes.length, closed.length, tried.get(401) ?? 0, tried.get(403) ?? 0, leaks.length].map(
            (figure) => figure.toLocaleString('en-US'),
          ),
        ],
        notes: [`Tried on each: ${wrong.map(([what]) => what).join(', ')}.`],
        mustBeZero: { leaks: leaks.length },
      }
    }),
}
