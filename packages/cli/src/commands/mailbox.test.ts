import { testServer } from '@claviger/server/testing'
import { expect, it } from 'vitest'
import { linesOf, operatorOf, runCommand } from '../../testing/run-command.js'

const server = testServer()

it('mailbox lists the mails of an environment, and show says what is in one', async () => {
  const environment = await server.environment()
  const [project = ''] = environment.name.split('/')
  const env = await operatorOf(server)
  const at = ['--project', project, '--environment', 'test']
  const ada = await environment.signedUp()
  await environment.signedUp()
  await server.deliverEmails()

  const { exitCode, stdout } = await runCommand(['mailbox', '--to', ada.email, '--json', ...at], { env })
  expect(exitCode).toBe(0)
  const { messages, total } = JSON.parse(stdout)
  expect([total, messages]).toMatchObject([
    1,
    [{ to: ada.email, status: 'kept', kind: 'email_verification' }],
  ])

  const shown = await runCommand(['mailbox', 'show', messages[0].id, ...at], { env, columns: 200 })
  expect(linesOf(shown.stdout)[0]).toContain(ada.email)
  expect(shown.stdout).toMatch(/http:\/\/claviger\.test\/auth\/email-verification#token=\w+/)
  expect(linesOf((await runCommand(['mailbox', ...at], { env, columns: 200 })).stdout)).toHaveLength(3)
})

it('mailbox lists text messages among the mails, the newest first', async () => {
  const environment = await server.environment()
  const [project = ''] = environment.name.split('/')
  const env = await operatorOf(server)
  const at = ['--project', project, '--environment', 'test']
  const phoneNumbers = Array.from({ length: 3 }, (_, i) => `+49151000000${10 + i}`)
  await environment.signedUp()
  for (const phoneNumber of phoneNumbers) {
    await environment.sdk.users.create({ phoneNumber })
    await environment.browser().post('/v1/auth/sign-in/sms-otp', { phoneNumber })
  }
  const ada = await environment.signedUp()
  const list = async (...options: string[]) =>
    JSON.parse((await runCommand(['mailbox', '--json', ...options, ...at], { env })).stdout)

  const { messages, total } = await list()
  expect(total).toBe(5)
  const recipients = messages.map(({ to }: { to: string }) => to)
  expect(recipients.slice(0, 4)).toEqual([ada.email, ...phoneNumbers.toReversed()])
  expect(await list('--to', '+4915100000011')).toMatchObject({ total: 1, messages: [{ kind: 'sms_code' }] })
  const shown = await runCommand(['mailbox', 'show', messages[1].id, ...at], { env, columns: 200 })
  expect(shown.stdout).toMatch(/^\d{6} is your code to sign in/m)
})

it('mailbox show answers 3 for a mail that is not there', async () => {
  const env = await operatorOf(server)
  const args = ['mailbox', 'show', '01890a5d-ac96-774b-bcce-b302099a8057']
  expect(await runCommand(args, { env })).toMatchObject({ exitCode: 3, stdout: '' })
})
