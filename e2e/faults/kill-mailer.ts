import { randomInt } from 'node:crypto'
import type { AddressInfo } from 'node:net'
import { Claviger } from '@claviger/sdk'
import { SMTPServer } from 'smtp-server'
import { createInstallation } from '../installation.js'
import { createExternalDatabase } from './external-database.js'
import { type Fault, seconds } from './fault.js'

/** As many mails as one node hands in at once, so as many as one kill can leave open. */
const inFlightMax = 5

/** `kill -9` of the server at the worst moment: when a mail was taken, and nobody has been told so. */
export const killMailer: Fault = {
  name: 'kill-mailer',
  what: 'kill -9 of the server in the middle of mails, each time between the taking of one and its answer',
  async run({ minutes }) {
    const isShort = minutes === 0
    const [mails, kills] = isShort ? [60, 3] : [500, 20]
    const postOffice = await startPostOffice()
    const database = await createExternalDatabase()
    const installation = await createInstallation()
    const env = { CLAVIGER_DATABASE_URL: database.url, CLAVIGER_SMTP_URL: postOffice.url }
    try {
      await installation.start({ ...env, CLAVIGER_WORKER: 'off' })
      await invite({ baseUrl: installation.url, secretKey: await installation.makeKey() }, mails)
      await installation.signal('SIGTERM')

      for (let i = 0; i < kills; i++) {
        const taken = postOffice.silentAfter(randomInt(1, mails / kills - inFlightMax))
        await installation.start(env)
        await taken
        await installation.signal('SIGKILL')
      }
      // As after the two minutes that a dead node holds its mails; the long run waits for them.
      if (isShort) await database.query('update claviger.emails set claimed_until = null')
      postOffice.answerAll()
      const startedAt = performance.now()
      await installation.start(env)
      const isOpen = async () =>
        (await database.query(`select from claviger.emails where status <> 'sent' limit 1`)).rowCount === 1
      while (await isOpen()) await new Promise((resolve) => setTimeout(resolve, 100))
      const settledMs = performance.now() - startedAt

      const { rows } = await database.query('select id, attempts from claviger.emails')
      const { copies } = postOffice
      const sum = (of: (row: { id: string; attempts: number }) => number) =>
        rows.reduce((total: number, row) => total + of(row), 0)
      const inFlight = sum(({ attempts }) => attempts - 1)
      return {
        figures: {
          mails: rows.length,
          kills,
          'in flight at the kills': inFlight,
          'arrived twice or more': [...copies.values()].filter((n) => n > 1).length,
          'copies too many': [...copies.values()].reduce((total, n) => total + n - 1, 0),
          'all delivered after the last kill': seconds(settledMs),
        },
        mustBeZero: {
          'mails that did not arrive': sum(({ id }) => (copies.has(id) ? 0 : 1)) + mails - rows.length,
          'mails that nobody wrote': [...copies.keys()].filter((id) => !rows.some((row) => row.id === id))
            .length,
          'copies of what was not in flight': sum(({ id, attempts }) =>
            Math.max(0, (copies.get(id) ?? 0) - attempts),
          ),
          'in flight beyond five a kill': Math.max(0, inFlight - inFlightMax * kills),
        },
      }
    } finally {
      await installation.remove()
      await database.remove()
      await postOffice.stop()
    }
  },
}

/** Has so many addresses invited by mail. */
async function invite(server: { baseUrl: string; secretKey: string }, mails: number): Promise<void> {
  const claviger = new Claviger(server)
  const { id: orgId } = await claviger.organizations.create({ name: 'Acme', slug: 'acme' })
  for (let i = 0; i < mails; i++) {
    await claviger.invitations.create({ email: `${i}@example.com`, orgId, sendEmail: true })
  }
}

/** A real SMTP server that counts what it takes, and can fall silent at the worst moment. */
async function startPostOffice() {
  /** How often a mail was taken whole, by the part of its Message-ID that names it. */
  const copies = new Map<string, number>()
  let answersLeft = Number.POSITIVE_INFINITY
  let fallSilent = () => {}
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onData(stream, _session, done) {
      let raw = ''
      stream.on('data', (chunk) => {
        raw += chunk
      })
      // Not reached by a mail whose sender dies in the middle of it.
      stream.on('end', () => {
        const id = /^Message-ID:\s*<([^@>]+)@/im.exec(raw)?.[1] ?? 'none'
        copies.set(id, (copies.get(id) ?? 0) + 1)
        if (--answersLeft > 0) done()
        else fallSilent()
      })
    },
  })
  // Senders are killed in the middle of what they say.
  server.on('error', () => {})
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.server.address() as AddressInfo
  return {
    url: `smtp://127.0.0.1:${port}`,
    copies,
    /** Resolves when so many more were taken, of which the last gets no answer, nor does any after it. */
    silentAfter(mails: number): Promise<void> {
      answersLeft = mails
      return new Promise((resolve) => {
        fallSilent = resolve
      })
    },
    answerAll() {
      answersLeft = Number.POSITIVE_INFINITY
    },
    stop: () => new Promise<void>((resolve) => server.close(() => resolve())),
  }
}
