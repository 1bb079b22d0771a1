import { mkdir, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { testServer } from '@claviger/server/testing'
import { expect, it, onTestFinished } from 'vitest'
import { operatorOf, runCommand, temporaryFolder } from '../testing/run-command.js'

const server = testServer()
const list = ['users', 'list', '--json']

/** A server that answers everything alike, until the test ends. */
async function answering(status: number, type: string, body: string): Promise<string> {
  const other = createServer((_request, response) =>
    response.writeHead(status, { 'content-type': type }).end(body),
  )
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void other.close())
  return `http://127.0.0.1:${(other.address() as AddressInfo).port}`
}

it('finds the data directory in a folder above', async () => {
  const folder = await temporaryFolder()
  const deep = join(folder, 'packages', 'shop')
  await mkdir(deep, { recursive: true })
  await mkdir(join(folder, '.claviger'))
  const content = JSON.stringify({ url: server.url, token: server.operatorToken })
  await writeFile(join(folder, '.claviger', 'operator.json'), content)
  expect(await runCommand(list, { cwd: deep })).toMatchObject({ exitCode: 0, stderr: '' })
})

it('says how to start a server where none has run', async () => {
  const cwd = await temporaryFolder()
  expect(await runCommand(list, { cwd })).toEqual({
    exitCode: 5,
    stdout: '',
    stderr:
      `No server has run with the data directory ${cwd}/.claviger. ` +
      'Start it with npm start, or set CLAVIGER_DATA_DIR.\n',
  })
})

it('says how to start a server that has stopped', async () => {
  const env = await operatorOf({ url: 'http://127.0.0.1:9', operatorToken: server.operatorToken })
  expect(await runCommand(list, { env })).toEqual({
    exitCode: 5,
    stdout: '',
    stderr: 'The server at http://127.0.0.1:9 is not running. Start it with npm start.\n',
  })
})

it('recognises another program on the port of the server', async () => {
  const url = await answering(200, 'text/html', '<h1>It works!</h1>')
  const env = await operatorOf({ url, operatorToken: server.operatorToken })
  expect(await runCommand(list, { env })).toMatchObject({
    exitCode: 5,
    stderr: `What answers at ${url} is not Claviger. Stop that one, and start Claviger with npm start.\n`,
  })
})

it('answers 5 for a proxy whose server is down', async () => {
  const url = await answering(503, 'text/html', '<h1>Service Unavailable</h1>')
  const env = { CLAVIGER_URL: url, CLAVIGER_SECRET_KEY: 'sk_test_x' }
  expect(await runCommand(list, { env })).toMatchObject({ exitCode: 5, stdout: '' })
})

it('says that the token is of another server', async () => {
  const operatorToken = server.operatorToken.replace(/.$/, (last) => (last === 'x' ? 'y' : 'x'))
  const env = await operatorOf({ url: server.url, operatorToken })
  const { exitCode, stderr } = await runCommand(list, { env })
  expect(exitCode).toBe(4)
  expect(stderr).toContain('Set CLAVIGER_DATA_DIR to its data directory.')
  expect(stderr).not.toContain(operatorToken)
})

it('says what to do about a file that is damaged', async () => {
  const folder = await temporaryFolder()
  for (const content of ['', 'null', '{"url":"nowhere","token":"x"}']) {
    await writeFile(join(folder, 'operator.json'), content)
    const { exitCode, stderr } = await runCommand(list, { env: { CLAVIGER_DATA_DIR: folder } })
    expect(exitCode).toBe(1)
    expect(stderr).toContain('is damaged. Start the server again')
  }
})

it('acts with the secret key where a URL is named, by variable or option', async () => {
  const { secretKey, sdk } = await server.environment()
  await sdk.users.create({ email: 'ada@example.com' })
  const env = { CLAVIGER_URL: server.url, CLAVIGER_SECRET_KEY: secretKey }
  expect(JSON.parse((await runCommand(list, { env })).stdout)).toMatchObject({ total: 1 })
  const elsewhere = { CLAVIGER_URL: 'http://127.0.0.1:9', CLAVIGER_SECRET_KEY: secretKey }
  const { stdout } = await runCommand([...list, '--url', server.url], { env: elsewhere })
  expect(JSON.parse(stdout)).toMatchObject({ total: 1 })
})

it('never sends the token of the operator to a URL that was named', async () => {
  const operator = await operatorOf(server)
  const fetch = () => Promise.reject(new Error('nothing is to be sent'))
  for (const [env, args] of [
    [{ ...operator, CLAVIGER_URL: server.url }, list],
    [operator, [...list, '--url', server.url]],
  ] as const) {
    const { exitCode, stderr } = await runCommand(args, { env, fetch })
    expect(exitCode).toBe(2)
    expect(stderr).toContain(`Put a secret key of ${server.url} into CLAVIGER_SECRET_KEY`)
  }
})

it('refuses to name an environment beside a key that has one', async () => {
  const env = { CLAVIGER_URL: server.url, CLAVIGER_SECRET_KEY: 'sk_test_x' }
  for (const at of [
    ['--project', 'shop'],
    ['--environment', 'test'],
  ]) {
    expect(await runCommand([...list, ...at], { env })).toMatchObject({ exitCode: 2, stdout: '' })
  }
})

it('answers 4 for a key that is none, and does not repeat it', async () => {
  const env = { CLAVIGER_URL: server.url, CLAVIGER_SECRET_KEY: 'sk_test_wrong' }
  const { exitCode, stderr } = await runCommand(list, { env })
  expect(exitCode).toBe(4)
  expect(stderr).toMatch(/^[^\n]+Check that CLAVIGER_SECRET_KEY holds a key of [^\n]+\n$/)
  expect(stderr).not.toContain('sk_test_wrong')
})

it('answers 2 for a URL that is none', async () => {
  const env = { CLAVIGER_URL: 'ftp://x', CLAVIGER_SECRET_KEY: 'sk_test_x' }
  expect(await runCommand(list, { env })).toMatchObject({ exitCode: 2 })
})
