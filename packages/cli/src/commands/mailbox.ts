import type { Email, EmailMessage } from '@claviger/sdk'
import type { Command } from 'commander'
import { withServer } from '../connection.js'
import type { Context } from '../context.js'
import { type ServerOptions, withExamples, withServerOptions } from '../options.js'
import { printJson } from '../output/json.js'
import { printList } from '../output/list.js'
import { paintFor } from '../output/paint.js'
import { printable } from '../output/printable.js'
import type { Column } from '../output/table.js'
import { minute } from '../output/time.js'

const columns: readonly Column<Email>[] = [
  { title: 'ID', width: 36, text: ({ id }) => id },
  { title: 'WRITTEN', width: 16, text: ({ createdAt }) => minute(createdAt) },
  {
    title: 'STATUS',
    width: 6,
    text: ({ status }) => status,
    colour: ({ status }) => (status === 'failed' ? 'red' : undefined),
  },
  { title: 'KIND', width: 18, text: ({ kind }) => kind },
  { title: 'TO', width: 24, text: ({ to }) => to },
]

/** Adds `claviger mailbox`: the mails of an environment, and what one of them says. */
export function addMailbox(program: Command, context: Context): void {
  const mailbox = withServerOptions(program.command('mailbox'))
    .description('List mails to users, newest first; without an SMTP server they stay here.')
    .option('--to <address>', 'only those to this address')
    .action(async (_options: object, command: Command) => {
      const { to, json, ...options } = command.optsWithGlobals<ServerOptions & { to?: string }>()
      await withServer(context, options, ({ client, place }) =>
        printList(context, {
          noun: 'emails',
          first: client.emails.list({ limit: 100, ...(to !== undefined && { to }) }),
          limitMax: Number.POSITIVE_INFINITY,
          isJson: json === true,
          columns,
          title: `mails in ${place}`,
        }),
      )
    })
  withExamples(mailbox, [
    ['The mails to one address', 'claviger mailbox --to ada@example.com'],
    ['What one of them says', 'claviger mailbox show 01890a5d-ac96-774b-bcce-b302099a8057'],
  ])
  const show = withServerOptions(mailbox.command('show'))
    .description('Show one mail; what it says is erased once it is sent.')
    .argument('<id>', 'which')
    .action(async (id: string, _options: object, command: Command) => {
      const options = command.optsWithGlobals<ServerOptions>()
      await withServer(context, options, async ({ client }) => {
        const email = await client.emails.get(id)
        if (options.json) return printJson(context, { email })
        printMail(context, email)
      })
    })
  withExamples(show, [
    [
      'The link in a mail, for a script',
      "claviger mailbox show 01890a5d-ac96-774b-bcce-b302099a8057 --json | jq -r '.email.text'",
    ],
  ])
}

const widthTitle = 10

function printMail(context: Context, email: EmailMessage): void {
  const paint = paintFor(context.stdout, context.env)
  const line = (title: string, text: string) =>
    context.stdout.write(`${paint(title.padEnd(widthTitle), 'dim')}  ${printable(text)}\n`)
  line('To', email.to)
  line('Written', minute(email.createdAt))
  line('Status', email.lastError === null ? email.status : `${email.status}: ${email.lastError}`)
  if (email.subject !== null) line('Subject', email.subject)
  // Line by line, because whatever else would move the cursor is made visible.
  for (const text of email.text?.split('\n') ?? []) context.stdout.write(`${printable(text)}\n`)
}
