import { createTransport } from 'nodemailer'

/** A message to one address, which is an address and not a list that could be parsed into several. */
export interface Message {
  readonly id: string
  readonly to: string
  readonly subject: string
  readonly text: string
  readonly html: string
}

const answerMsMax = 15_000
/** For the whole of a message: a server that drips could hold it for longer than its lease. */
const messageMsMax = 60_000

/** Hands messages to an SMTP server. TLS is used wherever the server offers it, and always with smtps. */
export function createSmtp({ url, from }: { readonly url: string; readonly from: string }) {
  const domain = /@([^>]+)>?$/.exec(from)?.[1] ?? 'localhost'
  const options = {
    url,
    connectionTimeout: answerMsMax,
    greetingTimeout: answerMsMax,
    socketTimeout: answerMsMax,
    // A message is made of strings alone; nothing in it makes the server read a file or fetch a URL.
    disableFileAccess: true,
    disableUrlAccess: true,
  }
  return {
    async send({ id, to, subject, text, html }: Message): Promise<void> {
      const transport = createTransport(options)
      const late = setTimeout(() => transport.close(), messageMsMax)
      try {
        await transport.sendMail({
          from,
          to: { name: '', address: to },
          subject,
          text,
          html,
          messageId: `<${id}@${domain}>`,
          // Answers of machines to a mail of a machine would go on for ever (RFC 3834 section 5).
          headers: { 'Auto-Submitted': 'auto-generated' },
        })
      } finally {
        clearTimeout(late)
        transport.close()
      }
    },
  }
}
