import type { AddressInfo } from 'node:net'
import PostalMime, { type Email } from 'postal-mime'
import { SMTPServer } from 'smtp-server'

/** A mail that arrived: as it was on the wire, and as a mail program reads it. */
export interface Arrived {
  readonly raw: string
  readonly recipients: readonly string[]
  readonly read: Email
}

/** A real SMTP server on a port of its own, which can be told to refuse. */
export async function startSmtp() {
  const arrived: Arrived[] = []
  const state = { refuses: false }
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onMailFrom: (_address, _session, done) =>
      done(state.refuses ? Object.assign(new Error('Not now'), { responseCode: 451 }) : undefined),
    onData(stream, session, done) {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', async () => {
        const raw = Buffer.concat(chunks).toString()
        const recipients = session.envelope.rcptTo.map(({ address }) => address)
        arrived.push({ raw, recipients, read: await PostalMime.parse(raw) })
        done()
      })
    },
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.server.address() as AddressInfo
  return {
    url: `smtp://127.0.0.1:${port}`,
    arrived,
    state,
    stop: () => new Promise<void>((resolve) => server.close(() => resolve())),
  }
}
