import { createExternalDatabase } from '../faults/external-database.js'
import { createInstallation } from '../installation.js'
import { type Measurement, milliseconds, scaled } from './measurement.js'
import {
  codeIn,
  mailTo,
  makeUsers,
  password,
  type SignedIn,
  type Site,
  signIn,
  startSite,
  type Told,
  tokenIn,
} from './site.js'

const rounds = 20
const newPassword = 'Better-horse-battery-10'
const auth = '/v1/auth'

/** A user with one of every credential. */
interface Holder {
  readonly email: string
  readonly here: SignedIn
  readonly elsewhere: SignedIn
  readonly magicLink: string
  readonly resetLink: string
  readonly code: string
}

/** What a credential is used for, on a node. */
const uses = {
  'session token': (site: Site, { here }: Holder) => site.ask('/v1/me', { bearer: here.sessionToken }),
  'refresh token': (site: Site, { here }: Holder) =>
    site.ask(`${auth}/sessions/refresh`, { body: { refreshToken: here.refreshToken } }),
  'other session token': (site: Site, { elsewhere }: Holder) =>
    site.ask('/v1/me', { bearer: elsewhere.sessionToken }),
  'other refresh token': (site: Site, { elsewhere }: Holder) =>
    site.ask(`${auth}/sessions/refresh`, { body: { refreshToken: elsewhere.refreshToken } }),
  password: (site: Site, { email }: Holder) =>
    site.ask(`${auth}/sign-in/email-password`, { body: { email, password } }),
  'magic link': (site: Site, { magicLink: token }: Holder) =>
    site.ask(`${auth}/magic-link/verify`, { body: { token } }),
  'reset link': (site: Site, { resetLink: token }: Holder) =>
    site.ask(`${auth}/password/reset/confirm`, { body: { token, newPassword } }),
  'code by mail': (site: Site, { email, code }: Holder) =>
    site.ask(`${auth}/email-otp/verify`, { body: { email, code } }),
} as const

type Credential = keyof typeof uses
const everything = Object.keys(uses) as Credential[]

/** What ends credentials, and which. */
const endings: Readonly<
  Record<string, { end(site: Site, holder: Holder): Promise<Told>; ends: readonly Credential[] }>
> = {
  'sign-out': {
    end: (site, { here }) => site.ask(`${auth}/sign-out`, { method: 'POST', bearer: here.sessionToken }),
    ends: ['session token', 'refresh token'],
  },
  'sign-out everywhere': {
    end: (site, { here }) => site.ask(`${auth}/sign-out/all`, { method: 'POST', bearer: here.sessionToken }),
    ends: ['session token', 'refresh token', 'other session token', 'other refresh token'],
  },
  'change of the password': {
    end: (site, { here }) =>
      site.ask(`${auth}/me/password`, {
        bearer: here.sessionToken,
        body: { currentPassword: password, newPassword },
      }),
    ends: [
      'other session token',
      'other refresh token',
      'password',
      'magic link',
      'reset link',
      'code by mail',
    ],
  },
  ban: {
    end: (site, { here }) =>
      site.ask(`/v1/admin/users/${here.userId}/ban`, { bearer: site.secretKey, body: {} }),
    ends: everything,
  },
  deletion: {
    end: (site, { here }) =>
      site.ask(`/v1/admin/users/${here.userId}`, { method: 'DELETE', bearer: site.secretKey }),
    ends: everything,
  },
}

/** How soon every kind of credential is refused, on another node than the one that ended it. */
export const timeToRefusal: Measurement = {
  name: 'refusals',
  what: 'how soon every kind of credential is refused by another node than the one that ended it',
  async run({ share, done }) {
    const count = scaled(rounds, share)
    const database = await createExternalDatabase()
    const installations = [await createInstallation(), await createInstallation()] as const
    const env = {
      CLAVIGER_DATABASE_URL: database.url,
      CLAVIGER_MASTER_KEY: 'ab'.repeat(32),
      CLAVIGER_PUBLIC_URL: 'http://claviger.test',
    }
    try {
      const one = await startSite(installations[0], env)
      const other = await startSite(installations[1], env, one)
      const slowest = new Map<string, number>()
      let accepted = 0
      const steps = count * (Object.keys(endings).length + 1)
      let step = 0
      const measure = async (ending: string, credential: string, use: () => Promise<Told>) => {
        const place = `${ending}\n${credential}`
        const endedAt = performance.now()
        for (let told = await use(); told.status < 400; told = await use()) accepted++
        slowest.set(place, Math.max(slowest.get(place) ?? 0, performance.now() - endedAt))
      }
      for (const [ending, { end, ends }] of Object.entries(endings)) {
        for (let n = 0; n < count; n++) {
          const email = `${ending.replace(/\W/g, '-')}-${n}@example.com`
          const holder = await makeHolder(one, email)
          mustSucceed(await end(one, holder))
          // All at once: each is asked for in the first moment after the end.
          await Promise.all(
            ends.map((credential) => measure(ending, credential, () => uses[credential](other, holder))),
          )
          done(++step / steps)
        }
      }
      for (let n = 0; n < count; n++) {
        const { body } = await one.operate('/v1/admin/secret-keys', { body: { name: 'Ended' } })
        const bearer = body.secret as string
        const use = () => other.ask('/v1/admin/users?limit=1', { bearer })
        mustSucceed(await use())
        mustSucceed(
          await one.operate(`/v1/admin/secret-keys/${body.secretKey.id}/revoke`, { method: 'POST' }),
        )
        await measure('revocation', 'secret key', use)
        done(++step / steps)
      }
      return {
        header: [`refused within, slowest of ${count}`, ...Object.keys(endings), 'revocation'],
        rows: [...everything, 'secret key'].map((credential) => [
          credential,
          ...[...Object.keys(endings), 'revocation'].map((ending) => {
            const ms = slowest.get(`${ending}\n${credential}`)
            return ms === undefined ? '–' : milliseconds(ms)
          }),
        ]),
        mustBeZero: { 'accepted after the end was answered': accepted },
      }
    } finally {
      for (const installation of installations) await installation.remove()
      await database.remove()
    }
  },
}

async function makeHolder(site: Site, email: string): Promise<Holder> {
  await makeUsers(site, [email])
  const [here, elsewhere] = [await signIn(site, email), await signIn(site, email)]
  for (const path of ['/sign-in/magic-link', '/password/reset/request', '/sign-in/email-otp'])
    mustSucceed(await site.ask(auth + path, { body: { email } }))
  return {
    email,
    here,
    elsewhere,
    magicLink: tokenIn(await mailTo(site, email, 'magic_link')),
    resetLink: tokenIn(await mailTo(site, email, 'password_reset')),
    code: codeIn(await mailTo(site, email, 'email_code')),
  }
}

/** Whatever prepares a measure has to succeed. */
function mustSucceed({ status, body }: Told): void {
  if (status >= 400) throw new Error(`The server answered ${status}: ${JSON.stringify(body)}`)
}
