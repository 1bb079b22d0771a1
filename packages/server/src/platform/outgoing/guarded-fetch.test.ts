import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeEach, expect, test } from 'vitest'
import { createGuardedFetch } from './guarded-fetch.js'

let asked = 0
let listener: RequestListener = (_request, response) => response.end('hello')
const server = createServer((request, response) => {
  asked += 1
  listener(request, response)
})
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
const { port } = server.address() as AddressInfo

afterAll(() => {
  server.closeAllConnections()
  server.close()
})
beforeEach(() => {
  asked = 0
  listener = (_request, response) => response.end('hello')
})

const allow = ['127.0.0.0/8']

test.each([
  '127.0.0.1',
  '127.1',
  '0177.0.0.1',
  '0x7f.0.0.1',
  '0x7f000001',
  '2130706433',
  '0',
  '0.0.0.0',
  'localhost',
  '１２７.0.0.1',
  '[::1]',
  '[::]',
  '[::ffff:127.0.0.1]',
  '[::ffff:7f00:1]',
  '[::127.0.0.1]',
  '[64:ff9b::7f00:1]',
  '[64:ff9b:1::7f00:1]',
  '[2002:7f00:1::]',
  '[2001:0:7f00:1::]',
  '[fe80::1]',
  '[fc00::1]',
  '[fd00:ec2::254]',
  '[ff02::1]',
  '169.254.169.254',
  '168.63.129.16',
  '10.0.0.1',
  '100.64.0.1',
  '100.100.100.200',
  '172.16.0.1',
  '192.168.1.1',
  '198.18.0.1',
  '224.0.0.1',
  '255.255.255.255',
])('guardedFetch asks nothing at %s', async (host) => {
  await expect(createGuardedFetch()(`http://${host}:${port}/`)).rejects.toThrow('not on the internet')
  expect(asked).toBe(0)
})

test.each([
  ['ftp://127.0.0.1/', 'neither https'],
  ['file:///etc/passwd', 'neither https'],
  ['javascript:alert(1)', 'neither https'],
  ['gopher://127.0.0.1:70/', 'neither https'],
  [`http://good.example@127.0.0.1:${port}/`, 'user name'],
  [`http://:secret@127.0.0.1:${port}/`, 'user name'],
  ['http://[::1', 'cannot be read'],
  ['http://256.256.256.256/', 'cannot be read'],
  ['http://93.184.216.34:22/', 'port 22'],
  ['http://93.184.216.34:25/', 'port 25'],
  ['https://93.184.216.34:5432/', 'port 5432'],
  ['https://93.184.216.34:6379/', 'port 6379'],
])('guardedFetch refuses %s and says why', async (url, why) => {
  await expect(createGuardedFetch()(url)).rejects.toThrow(why)
  expect(asked).toBe(0)
})

test('guardedFetch refuses a name of which one address leads inside', async () => {
  const inside = createGuardedFetch({ resolve: async () => ['93.184.216.34', '127.0.0.1'] })
  await expect(inside(`http://two.example:${port}/`)).rejects.toThrow('not on the internet')
  const nowhere = createGuardedFetch({ resolve: async () => [] })
  await expect(nowhere('http://none.example/')).rejects.toThrow('has no address')
  expect(asked).toBe(0)
})

test('guardedFetch connects to the address it judged, and asks for none again', async () => {
  const answers = [['127.0.0.1'], ['10.0.0.1']]
  let resolved = 0
  const rebound = createGuardedFetch({ allow, resolve: async () => answers[resolved++] ?? [] })
  // The name exists nowhere: only the pinned address can have been connected to.
  const response = await rebound(`http://rebound.invalid:${port}/`)
  expect([await response.text(), resolved, asked]).toEqual(['hello', 1, 1])
  await expect(rebound(`http://rebound.invalid:${port}/`)).rejects.toThrow('not on the internet')
  expect(asked).toBe(1)
})

test.each([301, 302, 303, 307, 308])('guardedFetch follows no redirect by %i', async (status) => {
  listener = (_request, response) => response.writeHead(status, { location: '/elsewhere' }).end()
  await expect(createGuardedFetch({ allow })(`http://127.0.0.1:${port}/`)).rejects.toThrow('redirects')
  expect(asked).toBe(1)
})

test('guardedFetch takes no answer that is too large, compressed, or never ends', async () => {
  const ask = createGuardedFetch({ allow })
  const url = `http://127.0.0.1:${port}/`
  listener = (_request, response) => response.end(Buffer.alloc(1024 * 1024))
  expect((await (await ask(url)).arrayBuffer()).byteLength).toBe(1024 * 1024)
  listener = (_request, response) => response.end(Buffer.alloc(1024 * 1024 + 1))
  await expect(ask(url)).rejects.toThrow('more than')
  listener = (_request, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end('x')
  await expect(ask(url)).rejects.toThrow('compressed')
  const hasty = createGuardedFetch({ allow, timeoutMs: 50 })
  listener = (_request, response) => response.writeHead(200).write('and then')
  await expect(hasty(url)).rejects.toThrow('took too long')
  listener = () => {}
  await expect(hasty(url)).rejects.toThrow('took too long')
  const silent = createGuardedFetch({ timeoutMs: 50, resolve: () => new Promise(() => {}) })
  await expect(silent('http://silent.example/')).rejects.toThrow('took too long')
})

test('guardedFetch sends method, headers and body, and answers status, headers and body', async () => {
  listener = (request, response) => {
    let body = ''
    request.on('data', (chunk) => {
      body += chunk
    })
    request.on('end', () => {
      const { method, headers } = request
      response.writeHead(201, { 'x-own': 'yes' }).end(`${method} ${headers['x-given']} ${body}`)
    })
  }
  const response = await createGuardedFetch({ allow })(`http://127.0.0.1:${port}/`, {
    method: 'POST',
    headers: { 'x-given': 'this' },
    body: new URLSearchParams({ a: 'b' }),
  })
  expect([response.status, response.headers.get('x-own'), await response.text()]).toEqual([
    201,
    'yes',
    'POST this a=b',
  ])
})

test('guardedFetch says that nobody is there', async () => {
  await expect(createGuardedFetch({ allow })('http://127.0.0.1:1/')).rejects.toThrow('cannot be reached')
})
