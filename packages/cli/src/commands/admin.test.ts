import { testServer } from '@claviger/server/testing'
import { expect, test } from 'vitest'
import { linesOf, operatorOf, runCommand } from '../../testing/run-command.js'

const server = testServer()

test('admin invite, list and recover bring somebody in on the host', async () => {
  const env = await operatorOf(server)
  const { projectId, name } = await server.environment()
  const [slug = ''] = name.split('/')
  const email = 'grace@example.com'
  const invited = await runCommand(['admin', 'invite', '--email', email, '--project', slug], { env })
  expect(invited).toMatchObject({ exitCode: 0, stdout: expect.stringContaining(`Invited ${email}.`) })
  const all = ['admin', 'invite', '--email', 'ada@example.com', '--name', 'Ada', '--json']
  expect(JSON.parse((await runCommand(all, { env })).stdout)).toMatchObject({
    administrator: { role: 'instance_admin', name: 'Ada', projectIds: [] },
  })

  const { stdout, stderr } = await runCommand(['admin', 'list'], { env, columns: 80 })
  const [head, ...lines] = linesOf(stdout)
  expect(head).toBe('EMAIL                         ROLE            STATE    PROJECTS  NAME')
  expect(lines.find((line) => line.startsWith(email))).toMatch(/ tenant_admin +invited +1/)
  expect(lines.find((line) => line.startsWith('ada@'))).toMatch(/ instance_admin +invited +all +Ada/)
  expect(stderr).toBe(`2 administrators of ${server.url}\n`)

  const link = await runCommand(['admin', 'recover', '--email', 'ada@example.com'], { env })
  expect(link.exitCode).toBe(0)
  const [, token] = /^http:\/\/claviger\.test\/auth\/administrator#token=(ver_\w+)\n$/.exec(link.stdout) ?? []
  const answer = await fetch(`${server.url}/v1/instance/invitations/accept`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ token, password: 'a long enough sentence' }),
  })
  expect(answer.status).toBe(200)
  const joined = JSON.parse(
    (await runCommand(['admin', 'list', '--search', 'ADA', '--json'], { env })).stdout,
  )
  expect(joined.administrators).toMatchObject([{ status: 'active' }])
  const unknown = await runCommand(['admin', 'recover', '--email', 'nobody@example.com'], { env })
  expect(unknown).toMatchObject({ exitCode: 3, stderr: 'Administrator not found\n' })
  const nowhere = ['admin', 'invite', '--email', email, '--project', `${projectId}`]
  expect((await runCommand(nowhere, { env })).exitCode).toBe(3)
})
