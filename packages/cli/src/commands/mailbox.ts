import { type Claviger, type Email, NotFoundError, type TextMessage } from '@claviger/sdk'
import type { Command } from 'commander'
import { withServer } from '../connection.js'
import type { Context } from '../context.js'
import { type ServerOptions, withExamples, withServerOptions } from '../options.js'
import { printJson } from '../output/json.js'
import { printList } from '../output/list.js'
import { newestFirst } from '../output/newest-first.js'
import { paintFor } from '../output/paint.js'
import { printable } from '../output/printable.js'
import type { Column } from '../output/table.js'
import { minute } from '../output/time.js'

type Message = Email | TextMessage

const columns: readonly Column<Message>[] = [
  { title: 'ID', width: 36, text: ({ id }) => id },
  { title: 'WRITTEN', width: 16, text: ({ createdAt }) => minute(createdAt) },
  {
    title: 'STATUS',
    width: 6,
    text: ({ status }) => status,
    colour: ({ status }) => (status === 'failed' ? 'red' : undefined),
  },
  { title: 'KIND', width: 25, text: ({ kind }) => kind },
  { title: 'TO', width: 24, text: ({ to }) => to },
]

/** Adds `claviger mailbox`: the mails and text messages of an environment, and what one of them says. */
export function addMailbox(program: Command, context: Context): void {
  const mailbox = withServerOptions(program.command('mailbox'))
    .description('List mails and text messages to users, newest first; what has nowhere to go stays here.')
    .option('--to <recipient>', 'only those to this address or phone number')
    .action(async (_options: object, command: Command) => {
      const { to, json, ...options } = command.optsWithGlobals<ServerOptions & { to?: string }>()
      await withServer(context, options, ({ client, place }) =>
        printList(context, {
          noun: 'messages',
          first: messages(client, to),
          limitMax: Number.POSITIVE_INFINITY,
          isJson: json === true,
          columns,
          title: `messages in ${place}`,
        }),
      )
    })
  withExamples(mailbox, [
    ['The mails to one address', 'claviger mailbox --to ada@example.com'],
    ['The text messages to one number', 'claviger mailbox --to +4915112345678'],
    ['What one of them says', 'claviger mailbox show 01890a5d-ac96-774b-bcce-b302099a8057'],
  ])
  const show = withServerOptions(mailbox.command('show'))
    .description('Show one mail or text message; what it says is erased once it is sent.')
    .argument('<id>', 'which')
    .action(async (id: string, _options: object, command: Command) => {
      const options = command.optsWithGlobals<ServerOptions>()
      await withServer(context, options, async ({ client }) => {
        const message = await find(client, id)
        if (options.json) return printJson(context, { message })
        print(context, message)
      })
    })
  withExamples(show, [
    [
      'The link in a mail, for a script',
      "claviger mailbox show 01890a5d-ac96-774b-bcce-b302099a8057 --json | jq -r '.message.text'",
    ],
  ])
}

const widthTitle = 10

/** An address has an @ and a number has none, so a recipient is looked for in one of the lists. */
async function messages(client: Claviger, to: string | undefined) {
  const query = { limit: 100, ...(to !== undefined && { to }) }
  const lists = [
    ...(to === undefined || to.includes('@') ? [client.emails.list(query)] : []),
    ...(to?.includes('@') ? [] : [client.textMessages.list(query)]),
  ]
  return newestFirst<Message>(await Promise.all(lists))
}

/** What a mail or a text message says, by its id. */
async function find(client: Claviger, id: string) {
  const email = await client.emails.get(id).catch((error) => {
    if (error instanceof NotFoundError) return undefined
    throw error
  })
  if (email) return email
  const { body, ...textMessage } = await client.textMessages.get(id)
  return { ...textMessage, subject: null, text: body }
}

function print(context: Context, message: Awaited<ReturnType<typeof find>>): void {
  const paint = paintFor(context.stdout, context.env)
  const line = (title: string, text: string) =>
    context.stdout.write(`${paint(title.padEnd(widthTitle), 'dim')}  ${printable(text)}\n`)
  line('To', message.to)
  line('Written', minute(message.createdAt))
  line('Status', message.lastError === null ? message.status : `${message.status}: ${message.lastError}`)
  if (message.subject !== null) line('Subject', message.subject)
  // Line by line, because whatever else would move the cursor is made visible.
  for (const text of message.text?.split('\n') ?? []) context.stdout.write(`${printable(text)}\n`)
}
