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
  const { emails, total } = JSON.parse(stdout)
  expect([total, emails]).toMatchObject([1, [{ to: ada.email, status: 'kept', kind: 'email_verification' }]])

  const shown = await runCommand(['mailbox', 'show', emails[0].id, ...at], { env, columns: 200 })
  expect(linesOf(shown.stdout)[0]).toContain(ada.email)
  expect(shown.stdout).toMatch(/http:\/\/claviger\.test\/auth\/email-verification#token=\w+/)
  expect(linesOf((await runCommand(['mailbox', ...at], { env, columns: 200 })).stdout)).toHaveLength(3)
})

it('mailbox show answers 3 for a mail that is not there', async () => {
  const env = await operatorOf(server)
  const args = ['mailbox', 'show', '01890a5d-ac96-774b-bcce-b302099a8057']
  expect(await runCommand(args, { env })).toMatchObject({ exitCode: 3, stdout: '' })
})
