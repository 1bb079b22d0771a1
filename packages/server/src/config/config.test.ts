import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ConfigError, readConfig } from './config.js'
import { variables } from './variables.js'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'claviger-config-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

const read = (env: Record<string, string | undefined>) => readConfig(env, '/srv/claviger')

function problemsOf(env: Record<string, string | undefined>): readonly string[] {
  try {
    read(env)
  } catch (error) {
    if (error instanceof ConfigError) return error.problems
    throw error
  }
  return []
}

const hexKey = 'ab'.repeat(32)
const key = Buffer.from(hexKey, 'hex')

test('nothing has to be configured', () => {
  expect(read({})).toEqual({
    port: 8080,
    host: '127.0.0.1',
    publicUrl: 'http://localhost:8080',
    dataDir: '/srv/claviger/.claviger',
    databaseUrl: undefined,
    databaseDirectUrl: undefined,
    databasePooling: 'session',
    databaseConnections: 12,
    masterKey: undefined,
    setupToken: undefined,
    defaultEnvironment: { projectSlug: 'default', name: 'live' },
    outgoingAllow: [],
    trustedProxies: [],
    smtp: undefined,
    smsHook: undefined,
    breachedPasswordsUrl: undefined,
    evmRpcUrls: new Map(),
    worker: true,
    requestsPerMinute: 600_000,
    logLevel: 'info',
    logDestination: 'file',
  })
})

/** Of every variable: what it may be and what it then means, and what it may not be. */
const cases: Record<
  (typeof variables)[number]['name'],
  { good: [string, object][]; bad: string[]; beside?: Record<string, string> }
> = {
  CLAVIGER_PORT: {
    good: [
      ['0', { port: 0, publicUrl: undefined }],
      ['65535', { port: 65_535, publicUrl: 'http://localhost:65535' }],
    ],
    bad: ['-1', '65536', '80.5', '0x50', '1e3', 'http', ' 80'],
  },
  CLAVIGER_HOST: { good: [['0.0.0.0', { host: '0.0.0.0' }]], bad: [] },
  CLAVIGER_PUBLIC_URL: {
    good: [
      ['https://id.example.com', { publicUrl: 'https://id.example.com' }],
      ['https://id.example.com:8443/auth//', { publicUrl: 'https://id.example.com:8443/auth' }],
      ['HTTP://ID.Example.com/', { publicUrl: 'http://id.example.com' }],
    ],
    bad: [
      'id.example.com',
      'ftp://id.example.com',
      'javascript:alert(1)',
      'https://id.example.com/?a=b',
      'https://id.example.com/#a',
      'https://ada@id.example.com',
      'https://:hidden@id.example.com',
    ],
  },
  CLAVIGER_DATA_DIR: {
    good: [
      ['/var/lib/claviger', { dataDir: '/var/lib/claviger' }],
      ['data', { dataDir: '/srv/claviger/data' }],
    ],
    bad: [],
  },
  CLAVIGER_DATABASE_URL: {
    good: [
      ['postgres://u:p@db/claviger', { databaseUrl: 'postgres://u:p@db/claviger' }],
      ['postgresql:///claviger?host=/run', { databaseUrl: 'postgresql:///claviger?host=/run' }],
    ],
    bad: ['mysql://u:hidden@db/x', 'u:hidden@db', 'postgres://', 'postgres://u:hidden @db/x'],
  },
  CLAVIGER_DATABASE_DIRECT_URL: {
    good: [['postgres://u:p@db/claviger', { databaseDirectUrl: 'postgres://u:p@db/claviger' }]],
    bad: ['https://u:hidden@db'],
  },
  CLAVIGER_DATABASE_POOLING: {
    good: [['session', { databasePooling: 'session' }]],
    bad: ['statement', 'Session'],
  },
  CLAVIGER_DATABASE_CONNECTIONS: {
    good: [
      ['1', { databaseConnections: 1 }],
      ['200', { databaseConnections: 200 }],
    ],
    bad: ['0', '201', 'many'],
  },
  CLAVIGER_MASTER_KEY: {
    good: [
      [hexKey, { masterKey: key }],
      [hexKey.toUpperCase(), { masterKey: key }],
      [key.toString('base64'), { masterKey: key }],
      [key.toString('base64url'), { masterKey: key }],
    ],
    bad: [
      hexKey.slice(1),
      `${hexKey}0`,
      'hidden',
      key.toString('base64').slice(4),
      `hidden! ${'hidden '.repeat(6)}`,
    ],
  },
  CLAVIGER_SETUP_TOKEN: {
    good: [['a'.repeat(16), { setupToken: 'a'.repeat(16) }]],
    bad: ['hidden', 'hidden hidden hidden', 'a'.repeat(129)],
  },
  CLAVIGER_DEFAULT_ENVIRONMENT: {
    good: [['my-shop-2/test', { defaultEnvironment: { projectSlug: 'my-shop-2', name: 'test' } }]],
    bad: [
      'default',
      'default/',
      '/live',
      'default/staging',
      'Default/live',
      'a--b/live',
      '../live',
      'a/b/live',
    ],
  },
  CLAVIGER_OUTGOING_ALLOW: {
    good: [['127.0.0.0/8, fd00::/8', { outgoingAllow: ['127.0.0.0/8', 'fd00::/8'] }]],
    bad: ['localhost', '10.0.0.0/33', '0.0.0.0/0'],
  },
  CLAVIGER_TRUSTED_PROXIES: {
    good: [
      [
        '10.0.0.0/8, 192.168.1.1,,::1,fd00::/8',
        { trustedProxies: ['10.0.0.0/8', '192.168.1.1', '::1', 'fd00::/8'] },
      ],
      [' ', { trustedProxies: [] }],
    ],
    bad: [
      '10.0.0.0/33',
      '::/129',
      'proxy.example.com',
      '10.0.0',
      '10.0.0.0/',
      '10.0.0.0/8/8',
      '0.0.0.0/0',
      '::/0',
      '*',
      '10.0.0.0/-1',
    ],
  },
  CLAVIGER_SMTP_URL: {
    good: [
      [
        'smtp://u:p@mail.example.com:587',
        { smtp: { url: 'smtp://u:p@mail.example.com:587', from: 'no-reply@localhost' } },
      ],
      ['smtps://mail.example.com', { smtp: { url: 'smtps://mail.example.com', from: 'no-reply@localhost' } }],
    ],
    bad: [
      'mail.example.com:25',
      'https://u:hidden@mail.example.com',
      'smtp://u:hidden@mail.example.com?tls=no',
      'smtp://u:hidden@',
    ],
  },
  CLAVIGER_EMAIL_FROM: {
    good: [
      ['id@example.com', { smtp: undefined }],
      ['Example Ltd <id@example.com>', { smtp: undefined }],
    ],
    bad: ['example.com', 'a@example.com, b@example.com', 'A\r\nBcc: b@example.com <a@example.com>', '<>'],
  },
  CLAVIGER_SMS_HOOK_URL: {
    beside: { CLAVIGER_SMS_HOOK_SECRET: `whsec_${key.toString('base64')}` },
    good: [
      ['https://sms.example.com/send?to=a', { smsHook: { url: 'https://sms.example.com/send?to=a', key } }],
      ['http://10.0.0.7:3000', { smsHook: { url: 'http://10.0.0.7:3000', key } }],
    ],
    bad: [
      'hidden.example.com',
      'ftp://hidden.example.com',
      'https://u:hidden@sms.example.com',
      'https://a/#hidden',
    ],
  },
  CLAVIGER_SMS_HOOK_SECRET: {
    good: [[`whsec_${key.toString('base64')}`, { smsHook: undefined }]],
    bad: [key.toString('base64'), 'whsec_hidden', `whsec_${Buffer.alloc(65).toString('base64')}`],
  },
  CLAVIGER_BREACHED_PASSWORDS_URL: {
    good: [
      [
        'https://api.pwnedpasswords.com/range/',
        { breachedPasswordsUrl: 'https://api.pwnedpasswords.com/range' },
      ],
    ],
    bad: ['hidden.example.com', 'https://u:hidden@example.com'],
  },
  CLAVIGER_EVM_RPC_URLS: {
    good: [
      ['1=https://eth.example.com/key', { evmRpcUrls: new Map([[1, 'https://eth.example.com/key']]) }],
      [
        '1=https://one.example.com, 137=https://two.example.com',
        {
          evmRpcUrls: new Map([
            [1, 'https://one.example.com'],
            [137, 'https://two.example.com'],
          ]),
        },
      ],
    ],
    bad: [
      'https://hidden.example.com',
      '1=http://hidden.example.com',
      '0=https://hidden.example.com',
      '1=https://',
    ],
  },
  CLAVIGER_WORKER: {
    good: [
      ['on', { worker: true }],
      ['off', { worker: false }],
    ],
    bad: ['false', '0', 'ON'],
  },
  CLAVIGER_REQUESTS_PER_MINUTE: {
    good: [
      ['1', { requestsPerMinute: 1 }],
      ['100000000', { requestsPerMinute: 100_000_000 }],
    ],
    bad: ['0', '100000001', 'Infinity', '1_000'],
  },
  CLAVIGER_LOG_LEVEL: { good: [['silent', { logLevel: 'silent' }]], bad: ['trace', 'INFO', 'none'] },
  CLAVIGER_LOG_DESTINATION: { good: [['stdout', { logDestination: 'stdout' }]], bad: ['stderr', '/var/log'] },
}

describe.each(variables.map((variable) => [variable.name, variable] as const))('%s', (name, variable) => {
  const { good, bad, beside = {} } = cases[name]
  const read = (env: Record<string, string | undefined>) => readConfig({ ...beside, ...env }, '/srv/claviger')

  test('is taken where it is right, from the environment and from a file', () => {
    for (const [value, expected] of good) {
      expect(read({ [name]: value }), value).toMatchObject(expected)
      const file = join(folder, name)
      writeFileSync(file, `${value}\n`)
      if (value.trim() !== '') expect(read({ [`${name}_FILE`]: file }), value).toMatchObject(expected)
    }
  })

  test('has its default where it is empty', () => {
    expect(read({ [name]: '' })).toEqual(read({}))
    expect(read({ [name]: undefined, [`${name}_FILE`]: '' })).toEqual(read({}))
  })

  test('is refused by name where it is wrong, and a secret is not repeated', () => {
    for (const value of bad) {
      const problems = problemsOf({ ...beside, [name]: value })
      expect(problems, value).toEqual([expect.stringContaining(name)])
      if ('secret' in variable || name === 'CLAVIGER_PUBLIC_URL') {
        expect(problems.join(), value).not.toContain('hidden')
        expect(problems.join().replaceAll('postgres://', ''), value).not.toContain(value)
      }
    }
  })

  test('is refused twice over, from a file that is not there and from one that is empty', () => {
    const [value = ''] = good[0] ?? []
    const file = join(folder, `${name}.once`)
    writeFileSync(file, value)
    const twice = problemsOf({ ...beside, [name]: value, [`${name}_FILE`]: file })
    expect(twice).toEqual([`${name} and ${name}_FILE are both set. Keep one.`])
    const missing = join(folder, 'missing')
    expect(problemsOf({ [`${name}_FILE`]: missing })).toEqual([
      `${name}_FILE names ${missing}, which cannot be read.`,
    ])
    writeFileSync(file, ' \n')
    expect(problemsOf({ [`${name}_FILE`]: file })).toEqual([`${name}_FILE names ${file}, which is empty.`])
  })
})

test('transaction pooling needs a way past the pooler', () => {
  const pooled = { CLAVIGER_DATABASE_URL: 'postgres://pooler/x', CLAVIGER_DATABASE_POOLING: 'transaction' }
  expect(problemsOf(pooled)).toEqual([expect.stringContaining('CLAVIGER_DATABASE_DIRECT_URL must be set')])
  const direct = { ...pooled, CLAVIGER_DATABASE_DIRECT_URL: 'postgres://db/x' }
  expect(read(direct)).toMatchObject({ databasePooling: 'transaction', databaseDirectUrl: 'postgres://db/x' })
})

test('a hook for text messages needs what signs them', () => {
  const unsigned = problemsOf({ CLAVIGER_SMS_HOOK_URL: 'https://sms.example.com' })
  expect(unsigned).toEqual([expect.stringContaining('CLAVIGER_SMS_HOOK_SECRET must be set')])
})

test('every variable that is wrong is told at once, and on a line of its own', () => {
  const wrong = Object.entries(cases).flatMap(([name, { bad }]) => (bad[0] ? [[name, bad[0]]] : []))
  const problems = problemsOf({ ...Object.fromEntries(wrong), CLAVIGER_PROT: '80' })
  expect(problems).toHaveLength(wrong.length + 1)
  for (const [name] of wrong) expect(problems.join('\n')).toContain(`${name} `)
  const lines = new ConfigError(problems).message.split('\n')
  expect(lines).toHaveLength(problems.length + 1)
  expect(lines[0]).toBe('The configuration is not valid:')
})

test('a variable that Claviger does not know is refused, without what it holds', () => {
  expect(problemsOf({ CLAVIGER_MASTERKEY: 'hidden', CLAVIGER_PORT_FIEL: '/x' })).toEqual([
    'CLAVIGER_MASTERKEY is not a variable of Claviger. See docs/reference/configuration.md.',
    'CLAVIGER_PORT_FIEL is not a variable of Claviger. See docs/reference/configuration.md.',
  ])
})

test('variables of others, and those of the SDK and the command line, are none of its business', () => {
  const others = { PATH: '/bin', PORT: '1', DATABASE_URL: 'x', claviger_port: '1' }
  const clients = { CLAVIGER_URL: 'https://id.example.com', CLAVIGER_SECRET_KEY: 'sk_test_x' }
  expect(read({ ...others, ...clients })).toEqual(read({}))
})

test('every variable is described, with its default', () => {
  expect(new Set(variables.map(({ name }) => name)).size).toBe(variables.length)
  for (const { name, description, default: fallback } of variables) {
    expect(name).toMatch(/^CLAVIGER_[A-Z_]+$/)
    expect(description, name).toMatch(/\.$/)
    expect(fallback, name).toMatch(/\S/)
  }
})
