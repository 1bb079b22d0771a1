import { expect, test } from 'vitest'
import { requestTemplate } from './request-template.js'
import { seedKey } from './seed-key.js'

const job = { path: '/verify', headers: { authorization: 'Bearer x' }, property: 'key' }

test('a key written into the template makes it a request whose length is right', () => {
  const { request, keyStart } = requestTemplate(job, 'http://127.0.0.1:80')
  request.write(seedKey(5), keyStart, 'latin1')
  const [head = '', body = ''] = request.toString().split('\r\n\r\n')
  expect(JSON.parse(body)).toEqual({ key: seedKey(5) })
  expect(head.split('\r\n')).toEqual([
    'POST /verify HTTP/1.1',
    'host: 127.0.0.1',
    'content-type: application/json',
    `content-length: ${body.length}`,
    'authorization: Bearer x',
  ])
})

test('load goes nowhere but to this machine', () => {
  expect(() => requestTemplate(job, 'http://example.com')).toThrow(/127\.0\.0\.1 only/)
})
