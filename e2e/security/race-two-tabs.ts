import { type Measurement, milliseconds, scaled } from './measurement.js'
import { makeUsers, onSite, signIn } from './site.js'

const browsers = 200
const rounds = 5
/** A refresh token is replaced again only after its grace. */
const pauseMs = 10_500

/** Two tabs of one browser that refresh at the same moment, with the same cookie. */
export const raceTwoTabs: Measurement = {
  name: 'tabs',
  what: 'false sign-outs when two tabs refresh with the same cookie at the same moment',
  run: ({ share, done }) =>
    onSite(async (site) => {
      const count = scaled(browsers, share)
      const emails = Array.from({ length: count }, (_, i) => `tabs-${i}@example.com`)
      await makeUsers(site, emails)
      const cookies: string[] = []
      for (const email of emails) cookies.push((await signIn(site, email)).refreshToken)
      const refresh = (refreshToken: string) =>
        site.ask('/v1/auth/sessions/refresh', { body: { refreshToken } })

      let [races, signedOut, parted, slowest] = [0, 0, 0, 0]
      for (let round = 0; round < rounds; round++) {
        if (round > 0) await new Promise((resolve) => setTimeout(resolve, pauseMs))
        for (const [i, cookie] of cookies.entries()) {
          const tabs = await Promise.all([refresh(cookie), refresh(cookie)])
          races++
          signedOut += tabs.filter(({ status }) => status !== 200).length
          const [one, other] = tabs.map(({ body }) => body.refreshToken as string)
          if (one !== other) parted++
          // The browser keeps the cookie of whichever answer came last.
          cookies[i] = (Math.random() < 0.5 ? one : other) ?? cookie
          slowest = Math.max(slowest, ...tabs.map(({ ms }) => ms))
          done((round + i / count) / rounds)
        }
      }
      return {
        header: ['races', 'replacements of each cookie', 'false sign-outs', 'slowest answer'],
        rows: [[races.toLocaleString('en-US'), String(rounds), String(signedOut), milliseconds(slowest)]],
        mustBeZero: { 'false sign-outs': signedOut, 'tabs that were given different cookies': parted },
      }
    }),
}
