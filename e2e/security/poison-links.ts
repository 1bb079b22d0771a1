import { type Measurement, scaled } from './measurement.js'
import { mailTo, makeUsers, onSite, password } from './site.js'

const rounds = 5
const evil = 'evil.example'

/** What a request may say of the host that it is for; a proxy is trusted here, so that all of it could be believed. */
const poisons: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  Host: { host: evil },
  'X-Forwarded-Host': { 'x-forwarded-host': evil, 'x-forwarded-proto': 'https', 'x-forwarded-port': '443' },
  Forwarded: { forwarded: `for=10.0.0.1;host=${evil};proto=https` },
  'X-Host, X-Original-Host': { 'x-host': evil, 'x-original-host': evil, 'x-http-host-override': evil },
  'Origin and Referer': { origin: `https://${evil}`, referer: `https://${evil}/` },
  'X-Original-URL': { 'x-original-url': `https://${evil}/`, 'x-rewrite-url': `https://${evil}/` },
}

const requests = {
  password_reset: '/v1/auth/password/reset/request',
  magic_link: '/v1/auth/sign-in/magic-link',
  email_verification: '/v1/auth/sign-up/email-password',
} as const

/** Where the links of mails lead when whoever asks for them lies about the host. */
export const poisonLinks: Measurement = {
  name: 'links',
  what: 'where the links of mails lead when a request lies about its host',
  run: ({ share, done }) =>
    onSite(async (site) => {
      const count = scaled(rounds, share)
      const rows: string[][] = []
      let poisoned = 0
      for (const [i, [what, headers]] of Object.entries(poisons).entries()) {
        let mails = 0
        const hosts = new Set<string>()
        for (const [kind, path] of Object.entries(requests)) {
          for (let n = 0; n < count; n++) {
            const email = `${kind}-${i}-${n}@example.com`
            const isNew = kind === 'email_verification'
            if (!isNew) await makeUsers(site, [email])
            // A page of another site is refused before anything is sent, which is as good.
            const { status } = await site.ask(path, {
              headers,
              body: { email, ...(isNew && { password }) },
            })
            if (status === 403) continue
            const [url = ''] = /https?:\/\/\S+/.exec(await mailTo(site, email, kind)) ?? []
            mails++
            hosts.add(new URL(url).host)
            if (!url.startsWith(`${site.url}/`)) poisoned++
          }
        }
        rows.push([
          what,
          String(mails),
          [...hosts].every((host) => site.url.endsWith(host)) ? 'ours' : 'not ours',
        ])
        done((i + 1) / Object.keys(poisons).length)
      }
      return {
        header: ['lie', 'mails: reset, magic link, verification', 'host of their links'],
        rows,
        mustBeZero: { 'poisoned links': poisoned },
      }
    }),
}
