import { readFileSync } from 'node:fs'
import { isIP } from 'node:net'
import { resolve } from 'node:path'
import { type VariableName, variables } from './variables.js'

/** The configuration, read, checked and with every default filled in. */
export interface Config {
  readonly port: number
  readonly host: string
  /** Without a slash at the end; undefined until the port is known when the port is 0. */
  readonly publicUrl: string | undefined
  readonly dataDir: string
  readonly databaseUrl: string | undefined
  /** Where migrations and jobs go: the database itself, where `databaseUrl` is a pooler. */
  readonly databaseDirectUrl: string | undefined
  readonly databasePooling: 'session' | 'transaction'
  readonly databaseConnections: number
  readonly masterKey: Buffer | undefined
  readonly setupToken: string | undefined
  readonly defaultEnvironment: { readonly projectSlug: string; readonly name: 'live' | 'test' }
  readonly trustedProxies: readonly string[]
  /** Where mail is handed in and as whose; undefined where mails stay in the mailbox. */
  readonly smtp: { readonly url: string; readonly from: string } | undefined
  /** Where text messages are handed in and what signs them; undefined where they stay in the mailbox. */
  readonly smsHook: { readonly url: string; readonly key: Buffer } | undefined
  /** Who is asked whether a password leaked, without a slash at the end. */
  readonly breachedPasswordsUrl: string | undefined
  readonly evmRpcUrls: ReadonlyMap<number, string>
  /** What may be asked over HTTP besides the internet. */
  readonly outgoingAllow: readonly string[]
  readonly worker: boolean
  readonly requestsPerMinute: number
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error' | 'silent'
  readonly logDestination: 'file' | 'stdout'
}

/** Every variable that is wrong, at once, so that nobody has to start five times to find five mistakes. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
  readonly problems: readonly string[]

  constructor(problems: readonly string[]) {
    super(`The configuration is not valid:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`)
    this.problems = problems
  }
}

type Environment = Readonly<Record<string, string | undefined>>

/** Reads the configuration from variables of the environment; throws a `ConfigError` that lists every bad one. */
export function readConfig(env: Environment, cwd: string): Config {
  const problems: string[] = []
  const known = new Set<string>(variables.flatMap(({ name }) => [name, `${name}_FILE`]))
  for (const name of Object.keys(env)) {
    if (name.startsWith('CLAVIGER_') && !known.has(name) && !isForClients(name)) {
      problems.push(`${name} is not a variable of Claviger. See docs/reference/configuration.md.`)
    }
  }

  function text(name: VariableName): string | undefined {
    const file = env[`${name}_FILE`]
    if (file && env[name]) problems.push(`${name} and ${name}_FILE are both set. Keep one.`)
    if (!file) return env[name] || undefined
    try {
      const content = readFileSync(file, 'utf8').trim()
      // A secret that did not arrive must not be taken for one that was not asked for.
      if (content === '') problems.push(`${name}_FILE names ${file}, which is empty.`)
      return content || undefined
    } catch {
      problems.push(`${name}_FILE names ${file}, which cannot be read.`)
      return undefined
    }
  }
  function integer(name: VariableName, fallback: number, min: number, max: number): number {
    const raw = text(name)
    if (raw === undefined) return fallback
    if (/^\d{1,9}$/.test(raw) && Number(raw) >= min && Number(raw) <= max) return Number(raw)
    problems.push(`${name} must be a whole number from ${min} to ${max}, not “${raw}”.`)
    return fallback
  }
  function choice<const C extends string>(name: VariableName, fallback: C, choices: readonly C[]): C {
    const raw = text(name)
    if (raw === undefined) return fallback
    const chosen = choices.find((candidate) => candidate === raw)
    if (chosen === undefined) problems.push(`${name} must be ${choices.join(' or ')}, not “${raw}”.`)
    return chosen ?? fallback
  }
  function url(name: VariableName, protocols: readonly string[]): URL | undefined {
    const raw = text(name)
    if (raw === undefined) return undefined
    if (URL.canParse(raw) && protocols.includes(new URL(raw).protocol)) return new URL(raw)
    problems.push(`${name} must be a URL that begins with ${protocols.map((p) => `${p}//`).join(' or ')}.`)
    return undefined
  }

  const port = integer('CLAVIGER_PORT', 8080, 0, 65_535)
  const publicUrl = url('CLAVIGER_PUBLIC_URL', ['http:', 'https:'])
  if (publicUrl && (publicUrl.search || publicUrl.hash || publicUrl.username || publicUrl.password)) {
    problems.push('CLAVIGER_PUBLIC_URL must have no query, fragment, user name or password.')
  }
  const config: Config = {
    port,
    host: text('CLAVIGER_HOST') ?? '127.0.0.1',
    publicUrl: publicUrl?.href.replace(/\/+$/, '') ?? (port === 0 ? undefined : `http://localhost:${port}`),
    dataDir: resolve(cwd, text('CLAVIGER_DATA_DIR') ?? '.claviger'),
    databaseUrl: databaseUrl('CLAVIGER_DATABASE_URL', text('CLAVIGER_DATABASE_URL'), problems),
    databaseDirectUrl: databaseUrl(
      'CLAVIGER_DATABASE_DIRECT_URL',
      text('CLAVIGER_DATABASE_DIRECT_URL'),
      problems,
    ),
    databasePooling: choice('CLAVIGER_DATABASE_POOLING', 'session', ['session', 'transaction']),
    databaseConnections: integer('CLAVIGER_DATABASE_CONNECTIONS', 12, 1, 200),
    masterKey: masterKey(text('CLAVIGER_MASTER_KEY'), problems),
    setupToken: setupToken(text('CLAVIGER_SETUP_TOKEN'), problems),
    defaultEnvironment: defaultEnvironment(text('CLAVIGER_DEFAULT_ENVIRONMENT') ?? 'default/live', problems),
    smtp: smtp(
      text('CLAVIGER_SMTP_URL'),
      text('CLAVIGER_EMAIL_FROM') ?? `no-reply@${publicUrl?.hostname ?? 'localhost'}`,
      problems,
    ),
    smsHook: smsHook(
      webUrl('CLAVIGER_SMS_HOOK_URL', text('CLAVIGER_SMS_HOOK_URL'), problems),
      text('CLAVIGER_SMS_HOOK_SECRET'),
      problems,
    ),
    breachedPasswordsUrl: webUrl(
      'CLAVIGER_BREACHED_PASSWORDS_URL',
      text('CLAVIGER_BREACHED_PASSWORDS_URL'),
      problems,
    )?.replace(/\/+$/, ''),
    evmRpcUrls: evmRpcUrls(text('CLAVIGER_EVM_RPC_URLS'), problems),
    trustedProxies: ranges('CLAVIGER_TRUSTED_PROXIES', text('CLAVIGER_TRUSTED_PROXIES'), problems),
    outgoingAllow: ranges('CLAVIGER_OUTGOING_ALLOW', text('CLAVIGER_OUTGOING_ALLOW'), problems),
    worker: choice('CLAVIGER_WORKER', 'on', ['on', 'off']) === 'on',
    requestsPerMinute: integer('CLAVIGER_REQUESTS_PER_MINUTE', 600_000, 1, 100_000_000),
    logLevel: choice('CLAVIGER_LOG_LEVEL', 'info', ['debug', 'info', 'warn', 'error', 'silent']),
    logDestination: choice('CLAVIGER_LOG_DESTINATION', 'file', ['file', 'stdout']),
  }
  if (config.databasePooling === 'transaction' && !config.databaseDirectUrl) {
    problems.push(
      'CLAVIGER_DATABASE_DIRECT_URL must be set when CLAVIGER_DATABASE_POOLING is transaction: ' +
        'migrations and jobs need connections of their own.',
    )
  }
  if (problems.length > 0) throw new ConfigError(problems)
  return config
}

/** Variables of the SDK and the command line, which may well be set in the same shell. */
function isForClients(name: string): boolean {
  return ['CLAVIGER_URL', 'CLAVIGER_SECRET_KEY', 'CLAVIGER_STARTED_AT'].includes(name)
}

/** A connection URI of PostgreSQL, which may leave out the host where a URL of the web may not. */
function databaseUrl(name: VariableName, raw: string | undefined, problems: string[]): string | undefined {
  if (raw !== undefined && !/^postgres(ql)?:\/\/\S+$/.test(raw)) {
    // The value may hold a password, so it is not repeated.
    problems.push(`${name} must be a URL that begins with postgres:// or postgresql://.`)
  }
  return raw
}

function masterKey(raw: string | undefined, problems: string[]): Buffer | undefined {
  if (raw === undefined) return undefined
  if (/^[0-9a-f]{64}$/i.test(raw)) return Buffer.from(raw, 'hex')
  if (/^[\w+/-]{43}=?$/.test(raw)) return Buffer.from(raw, 'base64')
  problems.push('CLAVIGER_MASTER_KEY must be 32 bytes, as 64 hex digits or in base64.')
  return undefined
}

function setupToken(raw: string | undefined, problems: string[]): string | undefined {
  if (raw !== undefined && !/^[\w-]{16,128}$/.test(raw)) {
    problems.push('CLAVIGER_SETUP_TOKEN must be 16–128 letters, digits, `-` or `_`.')
  }
  return raw
}

function defaultEnvironment(raw: string, problems: string[]): Config['defaultEnvironment'] {
  const [, projectSlug, name] = /^([a-z0-9]+(?:-[a-z0-9]+)*)\/(live|test)$/.exec(raw) ?? []
  if (projectSlug && name) return { projectSlug, name: name as 'live' | 'test' }
  problems.push(
    `CLAVIGER_DEFAULT_ENVIRONMENT must be <project slug>/live or <project slug>/test, not “${raw}”.`,
  )
  return { projectSlug: 'default', name: 'live' }
}

/** One address, with or without a name before it; nothing that could begin another header or recipient. */
const sender = /^(?:[^<>",;:@\p{Cc}]+<[^\s<>",;:@]+@[^\s<>",;:@]+>|[^\s<>",;:@]+@[^\s<>",;:@]+)$/u

function smtp(url: string | undefined, from: string, problems: string[]): Config['smtp'] {
  const isUrl = url === undefined || (URL.canParse(url) && /^smtps?:\/\/[^/?#]*[^/?#@][^?#]*$/.test(url))
  // The value may hold a password, so it is not repeated.
  if (!isUrl)
    problems.push('CLAVIGER_SMTP_URL must be a URL that begins with smtp:// or smtps://, with no query.')
  if (!sender.test(from)) {
    problems.push(`CLAVIGER_EMAIL_FROM must be an address, or a name and <an address>, not “${from}”.`)
  }
  return url ? { url, from } : undefined
}

/** A URL that the server itself asks. */
function webUrl(name: VariableName, raw: string | undefined, problems: string[]): string | undefined {
  if (raw === undefined) return undefined
  const { protocol, username, password, hash } = URL.canParse(raw) ? new URL(raw) : ({} as Partial<URL>)
  const isWeb = protocol === 'https:' || protocol === 'http:'
  // The value may hold a key, so it is not repeated.
  if (!isWeb || username || password || hash)
    problems.push(
      `${name} must be a URL that begins with https:// or http://, without a user name or fragment.`,
    )
  return raw
}

function smsHook(url: string | undefined, secret: string | undefined, problems: string[]): Config['smsHook'] {
  const key = Buffer.from(/^whsec_([\w+/-]+={0,2})$/.exec(secret ?? '')?.[1] ?? '', 'base64')
  if (secret !== undefined && (key.length < 24 || key.length > 64)) {
    problems.push('CLAVIGER_SMS_HOOK_SECRET must be whsec_ and 24–64 bytes in base64.')
  }
  if (url !== undefined && secret === undefined) {
    problems.push(
      'CLAVIGER_SMS_HOOK_SECRET must be set when CLAVIGER_SMS_HOOK_URL is: it signs what is sent there.',
    )
  }
  return url === undefined ? undefined : { url, key }
}

function evmRpcUrls(raw: string | undefined, problems: string[]): ReadonlyMap<number, string> {
  const urls = new Map<number, string>()
  const entries = (raw ?? '')
    .split(',')
    .map((entry) => entry.trim())
    .filter(Boolean)
  for (const entry of entries) {
    const [, chain = '', url = ''] = /^([1-9]\d{0,14})=(https:\/\/\S+)$/.exec(entry) ?? []
    if (URL.canParse(url) && !urls.has(Number(chain))) urls.set(Number(chain), url)
    // A URL may hold the key of an account, so it is not repeated.
    else problems.push('CLAVIGER_EVM_RPC_URLS must list <chain id>=<https URL>, each chain once.')
  }
  return urls
}

function ranges(name: VariableName, raw: string | undefined, problems: string[]): readonly string[] {
  const listed = (raw ?? '')
    .split(',')
    .map((range) => range.trim())
    .filter(Boolean)
  for (const range of listed) {
    if (!isRange(range)) problems.push(`${name} has “${range}”, which is no address or CIDR range.`)
  }
  return listed
}

function isRange(range: string): boolean {
  const [address = '', prefix, ...rest] = range.split('/')
  const family = isIP(address)
  if (family === 0 || rest.length > 0) return false
  if (prefix === undefined) return true
  // A range of everyone would trust everyone's word, or let every address be asked.
  return /^[1-9]\d{0,2}$/.test(prefix) && Number(prefix) <= (family === 4 ? 32 : 128)
}
