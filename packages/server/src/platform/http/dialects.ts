import {
  type Caller,
  type Dialect,
  type DialectRequest,
  type DialectResponse,
  type DialectRoute,
  type DialectSetting,
  errors,
  Refusal,
  type Route,
  type Said,
} from '@claviger/contract'
import type { Clock } from '#kernel/clock'
import { type Failure, fail } from '#kernel/failure'
import { encodeCursor } from '#kernel/page'
import type { Pipe } from './pipeline.js'
import { tellWhenToRetry } from './problem.js'
import { type AnswerHeaders, jsonContent, type WireRequest, type WireResponse } from './wire.js'

/** What the dialects of a server stand on. */
export interface DialectServices {
  readonly publicUrl: string
  readonly defaultEnvironment: string
  readonly clock: Clock
  /** The pipe of an operation. */
  readonly pipeOf: (route: Route) => Pipe
  /** Told of an error of a dialect that nobody foresaw. */
  readonly onFault: (error: unknown, requestId: string) => void
}

/** What the operations say about limits and keys is said by the dialect as well. */
const passedBack = new Set([
  'ratelimit',
  'ratelimit-policy',
  'deprecation',
  'sunset',
  'retry-after',
  'www-authenticate',
  'idempotency-replayed',
])

/**
 * Answers one route of a dialect. What the dialect says goes through the pipeline of the operation that it calls,
 * so it is authenticated, limited, validated and recorded as if it had come over the wire of our own.
 */
export function answerDialect(
  dialect: Dialect,
  route: DialectRoute,
  services: DialectServices,
): (request: WireRequest) => Promise<WireResponse> {
  return async (wire) => {
    const request: DialectRequest = {
      params: wire.params,
      query: wire.query,
      body: wire.body,
      headers: wire.headers,
    }
    const setting = settingOf(services, wire.requestId)
    const credential = dialect.credential ? dialect.credential(request) : undefined
    const authorization =
      dialect.credential === undefined ? wire.headers.authorization : credential && `Bearer ${credential}`
    const headers: AnswerHeaders = { 'content-type': jsonContent }
    let isCounted = false

    const call: Caller = async <R extends Route>(operation: R, said: Said<R> = {}) => {
      // However many operations it takes to answer, its key has made one request.
      const asking = requestOf(wire, authorization, said as Said<Route>, isCounted)
      const asked = await services.pipeOf(operation).ask(asking)
      isCounted ||= operation.access.by !== 'anyone'
      for (const name in asked.headers) {
        if (passedBack.has(name)) headers[name] = asked.headers[name] as string
      }
      if ('failure' in asked.answer) throw refusalOf(asked.answer.failure)
      return asked.answer.output as never
    }

    let response: DialectResponse
    try {
      response = await route.handle(request, call, setting)
    } catch (error) {
      if (!(error instanceof Refusal)) services.onFault(error, wire.requestId)
      const refusal =
        error instanceof Refusal
          ? error
          : refusalOf(fail(errors.internal_error, { requestId: wire.requestId }))
      response = dialect.refuse(refusal, setting)
    }
    return wireResponseOf(response, headers)
  }
}

/** Words what was refused before any route of the dialect was reached. */
export function refuseInDialect(
  dialect: Dialect,
  failure: Failure,
  services: DialectServices,
  requestId: string,
): WireResponse {
  const response = dialect.refuse(refusalOf(failure), settingOf(services, requestId))
  const headers: AnswerHeaders = { 'content-type': jsonContent }
  tellWhenToRetry(headers, failure)
  return wireResponseOf(response, headers)
}

function settingOf(
  { publicUrl, defaultEnvironment, clock }: DialectServices,
  requestId: string,
): DialectSetting {
  return { publicUrl, defaultEnvironment, requestId, nowMs: clock.now(), cursorAfter: encodeCursor }
}

/** The request that the pipeline would have seen. Cookies are for our own wire, and dialects have none. */
function requestOf(
  wire: WireRequest,
  authorization: string | string[] | undefined,
  { params = {}, query = {}, body, environment, credential }: Said<Route>,
  isCounted: boolean,
): WireRequest {
  const { headers, client, requestId } = wire
  return {
    params,
    query: withoutUndefined(query),
    body: typeof body === 'object' && body !== null ? withoutUndefined(body) : body,
    headers: {
      'idempotency-key': headers['idempotency-key'],
      'claviger-environment': environment ?? headers['claviger-environment'],
      'user-agent': headers['user-agent'],
      authorization: credential === undefined ? authorization : `Bearer ${credential}`,
    },
    client: {
      ipAddress: client.ipAddress,
      userAgent: client.userAgent,
      cookies: {},
      isHost: client.isHost,
    },
    requestId,
    isCounted,
  }
}

/** As JSON would have it, in which nothing is undefined. */
function withoutUndefined(value: object): Record<string, unknown> {
  if (!Object.values(value).includes(undefined)) return value as Record<string, unknown>
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined))
}

function refusalOf({ definition, message, data }: Failure): Refusal {
  return new Refusal(definition.status, definition.code, message, data)
}

function wireResponseOf(
  { status, headers: own = {}, body }: DialectResponse,
  headers: AnswerHeaders,
): WireResponse {
  for (const name in own) headers[name] = own[name] as string
  return { status, headers, cookies: [], body: body === undefined ? '' : JSON.stringify(body) }
}
