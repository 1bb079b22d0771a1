import { randomUUID } from 'node:crypto'
import type { Server } from 'node:http'
import { type Dialect, errors } from '@claviger/contract'
import fastify, {
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
} from 'fastify'
import type { Clock } from '#kernel/clock'
import type { Endpoint } from '#kernel/endpoint'
import { Failure, fail } from '#kernel/failure'
import { cookieHeader, parseCookies } from './cookies.js'
import { dialectOriginHeaders, dialectPreflightHeaders, preflightHeaders } from './cross-origin.js'
import { answerDialect, type DialectServices, refuseInDialect } from './dialects.js'
import { drain } from './drain.js'
import { readForm } from './form.js'
import type { Page } from './pages.js'
import type { Pipe } from './pipeline.js'
import { oauthErrorBody, problemBody, tellWhenToRetry } from './problem.js'
import { refuseUnreadable } from './refuse-unreadable.js'
import { apiHeaders } from './security-headers.js'
import { jsonContent, problemContent, type WireRequest, type WireResponse } from './wire.js'

/** The largest body that any route takes. */
const bodySizeBytesMax = 1024 * 1024
/** A client that takes longer than this to send its request is cut off, so that it holds nothing up. */
const requestTimeoutMs = 20_000
/** How often it is looked whether one took longer. */
const requestTimeoutCheckMs = 5_000
const keepAliveTimeoutMs = 65_000
const formContent = 'application/x-www-form-urlencoded'

export interface HttpServerOptions {
  readonly endpoints: readonly Endpoint[]
  readonly pipeline: (endpoint: Endpoint) => Pipe
  readonly dialects: readonly Dialect[]
  readonly defaultEnvironment: string
  readonly clock: Clock
  readonly publicUrl: string
  readonly pages: readonly Page[]
  readonly trustedProxies: readonly string[]
  readonly secure: boolean
  readonly isAnyEnvironmentOrigin: (origin: string) => Promise<boolean>
  /** Answers outside the contract: metrics, readiness and the OpenAPI document. */
  readonly plain: readonly PlainRoute[]
  /** Told of an error outside the pipeline that nobody foresaw. */
  readonly onFault: (error: unknown, requestId: string) => void
}

export interface PlainRoute {
  readonly path: string
  readonly answer: (request: { isHost: boolean; bearer: string | undefined }) => Promise<{
    status: number
    contentType: string
    body: string
  }>
}

export interface HttpServer {
  /** Returns the port that is listened on. */
  listen(address: { host: string; port: number }): Promise<number>
  /** Stops accepting, finishes what runs, and closes every connection without cutting one off. */
  drain(): Promise<void>
}

/** Fastify, with every route of the contract behind the one pipeline. */
export function createHttpServer(options: HttpServerOptions): HttpServer {
  let draining = false
  const everyAnswer = apiHeaders(options.secure)
  const everyHeader = Object.entries(everyAnswer)
  const app = fastify({
    logger: false,
    bodyLimit: bodySizeBytesMax,
    requestTimeout: requestTimeoutMs,
    // As long as headers may take longer than the whole request, Node lets the request take that long as well.
    http: { headersTimeout: requestTimeoutMs, connectionsCheckingInterval: requestTimeoutCheckMs },
    keepAliveTimeout: keepAliveTimeoutMs,
    trustProxy: options.trustedProxies.length > 0 ? [...options.trustedProxies] : false,
    exposeHeadRoutes: false,
    return503OnClosing: false,
    routerOptions: { maxParamLength: 200, ignoreTrailingSlash: false },
    genReqId: (request) => {
      const given = request.headers['x-request-id']
      return typeof given === 'string' && /^[\w.:-]{1,128}$/.test(given) ? given : randomUUID()
    },
    // A path that cannot be decoded, or is too long for an id, leads nowhere like any other unknown one.
    frameworkErrors: (_error, request, reply) => {
      refuseUnknown(request as FastifyRequest, reply as FastifyReply)
    },
    clientErrorHandler: refuseUnreadable,
  })

  const parseJson = app.getDefaultJsonParser('error', 'error')
  app.removeAllContentTypeParsers()
  // Existing clients announce JSON on every call, also on those that send no body.
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) =>
    body.length === 0 ? done(null, undefined) : parseJson(request, body as string, done),
  )

  app.addHook('onSend', (request, reply, payload, done) => {
    reply.headers({ 'x-request-id': request.id })
    if (draining) reply.header('connection', 'close')
    done(null, payload)
  })
  refuseBy(app, failureResponse)
  app.setNotFoundHandler(refuseUnknown)

  const pipes = new Map(options.endpoints.map((endpoint) => [endpoint.route.id, options.pipeline(endpoint)]))
  const [ofOauth, ofOurs] = [
    options.endpoints.filter(({ route }) => route.style === 'oauth'),
    options.endpoints.filter(({ route }) => route.style === undefined),
  ]
  answerRoutes(app, ofOurs)
  app.register(async (scope) => answerOauth(scope, ofOauth))
  const dialectServices: DialectServices = {
    publicUrl: options.publicUrl,
    defaultEnvironment: options.defaultEnvironment,
    clock: options.clock,
    onFault: options.onFault,
    pipeOf(route) {
      const pipe = pipes.get(route.id)
      if (!pipe) throw new Error(`No operation is called ${route.id}.`)
      return pipe
    },
  }
  for (const dialect of options.dialects) app.register(async (scope) => mount(scope, dialect))
  for (const prefix of ['/v1/auth/*', '/v1/me', '/v1/me/*', '/v1/orgs', '/v1/orgs/*', '/.well-known/*']) {
    app.options(prefix, async (request, reply) => {
      const { origin } = request.headers
      const known = origin !== undefined && (await options.isAnyEnvironmentOrigin(origin.toLowerCase()))
      return reply
        .code(204)
        .headers(known ? preflightHeaders(origin.toLowerCase()) : { vary: 'origin' })
        .send()
    })
  }
  for (const { path, headers, body } of options.pages) {
    app.get(path, async (request, reply) => {
      const fresh = request.headers['if-none-match'] === headers.etag
      return reply
        .code(fresh ? 304 : 200)
        .headers(headers)
        .send(fresh ? undefined : body)
    })
  }
  for (const { path, answer } of options.plain) {
    app.get(path, async (request, reply) => {
      const bearer = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1]
      const { status, contentType, body } = await answer({ isHost: isFromHost(request), bearer })
      return reply
        .code(status)
        .headers({ ...everyAnswer, 'content-type': contentType })
        .send(body)
    })
  }

  function answerRoutes(scope: FastifyInstance, endpoints: readonly Endpoint[]): void {
    for (const { route } of endpoints) {
      const pipe = pipes.get(route.id) as Pipe
      scope.route({
        method: route.method,
        url: route.path,
        handler: (request, reply) => {
          answerWith(reply, pipe.respond(wireRequest(request)))
        },
      })
    }
  }

  /** Routes for OAuth clients, who send forms and nothing else. */
  function answerOauth(scope: FastifyInstance, endpoints: readonly Endpoint[]): void {
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser(formContent, { parseAs: 'string' }, (_request, body, done) =>
      done(null, readForm(body as string)),
    )
    refuseBy(scope, (failure) => {
      const { status } = failure.definition
      const headers = { 'content-type': jsonContent }
      tellWhenToRetry(headers, failure)
      return { status, headers, cookies: [], body: oauthErrorBody(failure) }
    })
    answerRoutes(scope, endpoints)
  }

  /** Routes of another vendor, whose clients send forms where it suits them and are refused in their own words. */
  function mount(scope: FastifyInstance, dialect: Dialect): void {
    scope.addContentTypeParser(formContent, { parseAs: 'string' }, (_request, body, done) =>
      done(null, Object.fromEntries(new URLSearchParams(body as string))),
    )
    refuseBy(scope, (failure, requestId) => refuseInDialect(dialect, failure, dialectServices, requestId))
    if (dialect.isForBrowsers) letBrowsersCall(scope, dialect)
    for (const route of dialect.routes) {
      const answer = answerDialect(dialect, route, dialectServices)
      scope.route({
        method: route.method,
        url: route.path,
        handler: (request, reply) => {
          const answering = answer(wireRequest(request))
          // Only for browsers was anything set before.
          answerWith(
            reply,
            dialect.isForBrowsers ? answering.then((response) => withGiven(reply, response)) : answering,
          )
        },
      })
    }
  }

  /** Pages of allowed origins may call a dialect with a credential that they hold themselves: no cookie is read. */
  function letBrowsersCall(scope: FastifyInstance, dialect: Dialect): void {
    const originOf = async ({ headers }: FastifyRequest) => {
      const origin = headers.origin?.toLowerCase()
      return origin !== undefined && (await options.isAnyEnvironmentOrigin(origin)) ? origin : undefined
    }
    scope.addHook('onRequest', async (request, reply) => {
      reply.headers(dialectOriginHeaders(await originOf(request)))
    })
    for (const path of new Set(dialect.routes.map((route) => route.path))) {
      scope.options(path, async (request, reply) =>
        reply
          .code(204)
          .headers(dialectPreflightHeaders(request.headers['access-control-request-headers']))
          .send(),
      )
    }
  }

  /** Where an answer cannot be sent it is a fault like any other, which the framework is told of. */
  function answerWith(reply: FastifyReply, answering: Promise<WireResponse>): void {
    const fail = (error: unknown) => reply.send(error)
    answering.then((response) => {
      try {
        send(reply, response)
      } catch (error) {
        fail(error)
      }
    }, fail)
  }

  /** Writes an answer past the framework, which has nothing to add to one that is made already. */
  function send(reply: FastifyReply, { status, headers, cookies, body }: WireResponse): void {
    // Names and values in turn, as Node writes them: it takes objects apart, which costs more than all the rest.
    const head: (string | number)[] = []
    for (const [name, value] of everyHeader) if (!(name in headers)) head.push(name, value)
    for (const name in headers) {
      if (body !== '' || name !== 'content-type') head.push(name, headers[name] as string)
    }
    head.push('x-request-id', reply.request.id)
    for (const cookie of cookies) head.push('set-cookie', cookieHeader(cookie, options.secure))
    const length = Buffer.byteLength(body)
    // Where there is no body by definition, none is announced either (RFC 9110 section 8.6).
    if (status !== 204 && status !== 304) head.push('content-length', length)
    if (draining) head.push('connection', 'close')
    // First, because it refuses what no header may hold: the framework then answers as for any other fault.
    reply.raw.writeHead(status, head)
    reply.hijack()
    if (body !== '') {
      const { socket } = reply.raw
      // Let go before the end: Node would hold it back until then, and send it with an empty piece after it, in a longer way.
      socket?.cork()
      // Of as many bytes as characters, it is ASCII: then nobody has to look at each of them again, or to set room aside
      // for three times as many.
      reply.raw.write(body, length === body.length ? 'latin1' : 'utf8')
      socket?.uncork()
    }
    reply.raw.end()
  }

  /** Words what is refused before a route is reached as its clients read it; what nobody foresaw is told as well. */
  function refuseBy(
    scope: FastifyInstance,
    respond: (failure: Failure, requestId: string) => WireResponse,
  ): void {
    scope.setErrorHandler((error, request, reply) => {
      const failure = explain(error as FastifyError, request)
      if (failure.definition === errors.internal_error) options.onFault(error, request.id)
      send(reply, withGiven(reply, respond(failure, request.id)))
    })
  }

  function refuseUnknown(request: FastifyRequest, reply: FastifyReply): void {
    const unknown = fail(errors.route_not_found, { method: request.method, path: pathOf(request) })
    send(reply, failureResponse(unknown, request.id))
  }

  return {
    async listen({ host, port }) {
      await app.listen({ host, port })
      const address = app.server.address()
      return typeof address === 'object' && address ? address.port : port
    },
    async drain() {
      draining = true
      await drain(app.server as Server)
      await app.close()
    },
  }
}

/** An answer with the headers that were set before it was known. */
function withGiven(reply: FastifyReply, response: WireResponse): WireResponse {
  return { ...response, headers: { ...(reply.getHeaders() as Record<string, string>), ...response.headers } }
}

function wireRequest(request: FastifyRequest): WireRequest {
  const { headers } = request
  return {
    params: request.params as Record<string, string>,
    query: request.query as Record<string, unknown>,
    body: request.body,
    headers,
    requestId: request.id,
    client: {
      ipAddress: addressOf(request),
      userAgent: headers['user-agent']?.slice(0, 500) ?? null,
      cookies: parseCookies(headers.cookie),
      isHost: isFromHost(request),
    },
  }
}

/** The address of a client: of one behind a trusted proxy, what that says; null where it is gone already. */
function addressOf(request: FastifyRequest): string | null {
  // Without a proxy it is that of the connection, and to look for one would take longer than the rest of this.
  const isForwarded = request.headers['x-forwarded-for'] !== undefined
  const address = isForwarded ? request.ip : request.socket.remoteAddress
  return address === undefined ? null : withoutPort(address)
}

/** Some proxies name the port of a client as well, by which every connection would be somebody else. */
function withoutPort(address: string): string {
  if (!address.includes(':')) return address
  const [, v6, v4] = /^(?:\[([\da-f:.]+)\]|(\d+\.\d+\.\d+\.\d+))(?::\d+)?$/i.exec(address) ?? []
  return v6 ?? v4 ?? address
}

/** Whether a request was made on this very machine, and not for somebody else by a proxy on it. */
function isFromHost({ socket, headers }: FastifyRequest): boolean {
  const isLoopback = ['127.0.0.1', '::1', '::ffff:127.0.0.1'].includes(socket.remoteAddress ?? '')
  return isLoopback && !headers['x-forwarded-for'] && !headers.forwarded && !headers.via
}

/** What the framework refuses before a route is reached, in the same words as everything else. */
function explain(error: FastifyError, request: FastifyRequest): Failure {
  if (error instanceof Failure) return error
  switch (error.statusCode) {
    case 413:
      return fail(errors.body_too_large, { limit: bodySizeBytesMax })
    case 415:
      return fail(errors.unsupported_media_type)
    case 400: {
      const isCut = error.code === 'FST_ERR_CTP_INVALID_CONTENT_LENGTH'
      return fail(errors.malformed_body, {
        problem: isCut ? 'its length is not as announced' : 'it cannot be parsed',
      })
    }
    default:
      return fail(errors.internal_error, { requestId: request.id })
  }
}

function failureResponse(failure: Failure, requestId: string): WireResponse {
  const headers = { 'content-type': problemContent }
  tellWhenToRetry(headers, failure)
  return { status: failure.definition.status, headers, cookies: [], body: problemBody(failure, requestId) }
}

/** Without the query, which may hold what does not belong into an answer. */
function pathOf(request: FastifyRequest): string {
  return (request.url.split('?')[0] ?? '').slice(0, 200)
}
