import { Secret, TOTP } from 'otpauth'
import type { Measurement } from './measurement.js'
import { codeIn, mailTo, makeUsers, onSite, password, type Site, signIn } from './site.js'

/** More than any window lets through. */
const guesses = 30
/** As many guesses as are made before the flow is begun again. */
const perFlow = 3
const auth = '/v1/auth'

interface Flow {
  /** Begins the flow again, and answers how to guess in it. */
  begin(site: Site, email: string): Promise<(n: number) => Promise<number>>
  prepare?(site: Site, email: string): Promise<void>
}

const flows: Readonly<Record<string, Flow>> = {
  'code by mail, another one asked for every three guesses': {
    async begin(site, email) {
      await site.ask(`${auth}/sign-in/email-otp`, { body: { email } })
      const right = codeIn(await mailTo(site, email, 'email_code'))
      const wrong = String((Number(right) + 1) % 1_000_000).padStart(6, '0')
      return async () => (await site.ask(`${auth}/email-otp/verify`, { body: { email, code: wrong } })).status
    },
  },
  'TOTP and recovery codes, another sign-in every three guesses': {
    async prepare(site, email) {
      const { sessionToken: bearer } = await signIn(site, email)
      const { body } = await site.ask(`${auth}/me/totp/enroll`, { method: 'POST', bearer })
      const code = new TOTP({ secret: Secret.fromBase32(body.secret) }).generate()
      const { status } = await site.ask(`${auth}/me/totp/confirm`, { bearer, body: { code } })
      if (status !== 200) throw new Error(`The second factor was not set up: ${status}`)
    },
    async begin(site, email) {
      const { body } = await site.ask(`${auth}/sign-in/email-password`, { body: { email, password } })
      const { pendingToken } = body
      return async (n) => {
        const [path, code] = n % 2 ? ['recovery-code', '0000-0000-0000-0000'] : ['totp', '000000']
        return (await site.ask(`${auth}/sign-in/${path}`, { body: { pendingToken, code } })).status
      }
    },
  },
}

/** How many guesses at a code are looked at before its account is closed to them. */
export const guessCodes: Measurement = {
  name: 'guesses',
  what: 'how many guesses at a code are looked at, however often its flow is begun again',
  run: ({ done }) =>
    onSite(async (site) => {
      const rows: string[][] = []
      let tooMany = 0
      for (const [i, [what, { begin, prepare }]] of Object.entries(flows).entries()) {
        const email = `guessed-${i}@example.com`
        await makeUsers(site, [email])
        await prepare?.(site, email)
        let [looked, right] = [0, 0]
        let guess = await begin(site, email)
        for (let n = 0; n < guesses; n++) {
          // Beyond a few mails and sign-ins the account gets no more of them either; the last one stays good.
          if (n > 0 && n % perFlow === 0 && n < 4 * perFlow) guess = await begin(site, email)
          const status = await guess(n)
          if (status === 400 || status === 401) looked++
          if (status === 200) right++
        }
        tooMany += Math.max(0, looked - 10) + right
        rows.push([what, String(guesses), String(looked)])
        done((i + 1) / Object.keys(flows).length)
      }
      return {
        header: ['flow', 'guesses, each from another address', 'looked at'],
        rows,
        mustBeZero: { 'more than ten in fifteen minutes': tooMany },
      }
    }),
}
