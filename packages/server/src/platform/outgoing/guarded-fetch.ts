import { lookup as resolveName } from 'node:dns/promises'
import { type IncomingMessage, request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import { isIP, type LookupFunction } from 'node:net'
import { type GuardedFetch, OutgoingError, type OutgoingRequest } from '#kernel/outgoing'
import { familyOf, isPublic, listOf } from './address.js'

const timeoutMsDefault = 10_000
const bodySizeBytesMax = 1024 * 1024
/** Ports above 1023 where no web server is, but what should never be asked in the name of another. */
const databasePorts = [1433, 1521, 2375, 2379, 3306, 5432, 5984, 6379, 6432, 9042, 9200, 11211, 27017]

export interface GuardedFetchOptions {
  /** CIDR ranges that may be asked although they are not on the internet. */
  readonly allow?: readonly string[]
  readonly timeoutMs?: number
  /** Every address of a name. */
  readonly resolve?: (hostname: string) => Promise<readonly string[]>
}

/**
 * Makes the only way out over HTTP. A name is resolved once, every address of it is judged, and the connection
 * goes to one of those and to no other: what the name resolves to a moment later does not matter. An answer that
 * redirects, is compressed, takes too long or is too large is not taken.
 */
export function createGuardedFetch({
  allow = [],
  timeoutMs = timeoutMsDefault,
  resolve = addressesOf,
}: GuardedFetchOptions = {}): GuardedFetch {
  const allowed = listOf(allow)
  const isAllowed = (address: string) => allowed.check(address, familyOf(address))

  /** The addresses that a URL may be asked at. */
  async function judge(url: URL): Promise<readonly string[]> {
    const hostname = url.hostname.replace(/^\[|\]$/g, '')
    const addresses = isIP(hostname) ? [hostname] : await resolve(hostname)
    if (addresses.length === 0) throw new OutgoingError(`${url.hostname} has no address`)
    for (const address of addresses) {
      if (isAllowed(address)) continue
      if (!isPublic(address)) throw new OutgoingError(`${url.hostname} is not on the internet`)
      if (!isWebPort(url)) throw new OutgoingError(`port ${url.port} is not one of a web server`)
    }
    return addresses
  }

  return async (text, request = {}) => {
    const url = parse(text)
    const timeout = AbortSignal.timeout(timeoutMs)
    const signal = request.signal ? AbortSignal.any([request.signal, timeout]) : timeout
    const aborted = new Promise<never>((_resolve, reject) => {
      signal.addEventListener('abort', () => reject(new OutgoingError(`${url.host} took too long`)))
    })
    try {
      const asked = judge(url).then((addresses) => ask(url, addresses, request, signal))
      return await Promise.race([asked, aborted])
    } catch (error) {
      if (error instanceof OutgoingError) throw error
      if (signal.aborted) throw new OutgoingError(`${url.host} took too long`)
      throw new OutgoingError(`${url.host} cannot be reached`, { cause: error })
    }
  }
}

function parse(text: string): URL {
  if (!URL.canParse(text)) throw new OutgoingError('the URL cannot be read')
  const url = new URL(text)
  if (url.protocol !== 'https:' && url.protocol !== 'http:') {
    throw new OutgoingError('the URL begins with neither https:// nor http://')
  }
  if (url.username || url.password) throw new OutgoingError('the URL has a user name or a password')
  return url
}

function isWebPort({ port }: URL): boolean {
  // The URL leaves out the port that is usual for its scheme.
  if (port === '' || port === '80' || port === '443') return true
  return Number(port) >= 1024 && !databasePorts.includes(Number(port))
}

async function addressesOf(hostname: string): Promise<readonly string[]> {
  return (await resolveName(hostname, { all: true })).map(({ address }) => address)
}

/** Sends the request to these addresses, whatever the name resolves to by now, and reads the answer whole. */
async function ask(
  url: URL,
  addresses: readonly string[],
  { method = 'GET', headers = {}, body }: OutgoingRequest,
  signal: AbortSignal,
): Promise<Response> {
  const pinned = addresses.map((address) => ({ address, family: isIP(address) }))
  const lookup: LookupFunction = (_hostname, { all }, done) => {
    const [first] = pinned
    if (all) done(null, pinned)
    else done(null, first?.address ?? '', first?.family ?? 4)
  }
  const send = url.protocol === 'https:' ? requestHttps : requestHttp
  const sent = body == null ? undefined : Buffer.from(await new Response(body as string).arrayBuffer())
  const incoming = await new Promise<IncomingMessage>((resolve, reject) => {
    const outgoing = send(url, {
      method,
      // A compressed answer may be a thousand times as large as it looks.
      headers: { ...headers, 'accept-encoding': 'identity', connection: 'close' },
      agent: false,
      lookup,
      signal,
    })
    outgoing.on('response', resolve).on('error', reject).end(sent)
  })
  return readAnswer(url, incoming)
}

async function readAnswer(url: URL, incoming: IncomingMessage): Promise<Response> {
  const { statusCode = 0 } = incoming
  const refuse = (why: string) => {
    incoming.destroy()
    return new OutgoingError(`${url.host} ${why}`)
  }
  if (statusCode >= 300 && statusCode < 400) throw refuse('redirects, which is not followed')
  if ((incoming.headers['content-encoding'] ?? 'identity') !== 'identity') {
    throw refuse('answered compressed, which was not asked for')
  }
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > bodySizeBytesMax) throw refuse(`answered more than ${bodySizeBytesMax} bytes`)
    chunks.push(chunk)
  }
  const headers = new Headers()
  for (const [name, value] of Object.entries(incoming.headersDistinct)) {
    for (const one of value ?? []) headers.append(name, one)
  }
  const isEmpty = statusCode === 204 || statusCode === 205
  return new Response(isEmpty ? null : Buffer.concat(chunks), { status: statusCode, headers })
}
