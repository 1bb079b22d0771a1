import { errors, type Redirection, type Route } from '@claviger/contract'
import { SpanStatusCode, trace } from '@opentelemetry/api'
import fastJsonStringify from 'fast-json-stringify'
import { checkAccess } from '#kernel/access'
import type { Call } from '#kernel/call'
import type { Clock } from '#kernel/clock'
import type { Endpoint } from '#kernel/endpoint'
import { Failure, fail } from '#kernel/failure'
import { parseId } from '#kernel/ids'
import type { GuardedFetch } from '#kernel/outgoing'
import { anonymous, type Environment, type KeyTerms, mayKnowProject, type Principal } from '#kernel/principal'
import type { Transaction } from '#kernel/queries'
import type { Seal } from '#kernel/seal'
import type { Database } from '#platform/db/database'
import { explainDatabaseError } from '#platform/db/database-error'
import { type Authenticators, authenticate, type Identified, recognizeBrowser } from './authenticate.js'
import { allowOrigin, refuseForeignOrigin } from './cross-origin.js'
import { tellDeprecation } from './deprecation.js'
import { ifChanged } from './entity-tag.js'
import { type EnvironmentFinder, resolveEnvironment } from './environment.js'
import { findReplay, type IdempotentRequest, idempotentRequest, keepAnswer } from './idempotency.js'
import { createKeyQuotas } from './key-quotas.js'
import { challenge, oauthErrorBody, problemBody, tellWhenToRetry } from './problem.js'
import { createKeyLimiter, enforceLimits, LimitExceeded, tellLimit } from './rate-limit.js'
import { RequestCall, type RequestState } from './request-call.js'
import { validatorsOf } from './validation.js'
import {
  type AnswerHeaders,
  header,
  jsonContent,
  problemContent,
  type WireRequest,
  type WireResponse,
} from './wire.js'

/** What the pipeline needs of the rest of the server. */
export interface PipelineServices {
  readonly database: Database
  readonly seal: Seal
  readonly fetch: GuardedFetch
  readonly isBreached: Call['isBreached']
  readonly isSetupToken: Call['isSetupToken']
  readonly clock: Clock
  readonly authenticators: Authenticators
  readonly environments: EnvironmentFinder
  readonly publicUrl: string
  readonly requestsPerMinute: number
  /** Told of every answer, for the log and the metrics. */
  readonly onAnswer: (answer: Answer) => void
}

/** What is worth remembering of a request: never its headers, its body or what its query said. */
export interface Answer {
  readonly route: Route
  readonly status: number
  readonly requestId: string
  readonly durationMs: number
  readonly principal: Principal | undefined
  readonly environmentId: string | undefined
  /** Only for an error that nobody foresaw. */
  readonly error: unknown
}

/** What requests of one route are put to. */
export interface Pipe {
  /** Answers over the wire. */
  respond(request: WireRequest): Promise<WireResponse>
  /** Answers whoever is in this process, with what is not for the wire yet; a `Failure` is answered, not thrown. */
  ask(request: WireRequest): Promise<Asked>
}

export interface Asked {
  readonly answer: { readonly output: unknown } | { readonly failure: Failure }
  readonly headers: AnswerHeaders
}

const tracer = trace.getTracer('claviger')

/**
 * The one way from a request to an answer, for every route and for every dialect: authenticate, resolve the
 * environment, check access, limit, validate, find an earlier answer, handle, present. The order is the
 * security of the server: what a body says is judged only after its sender is known to be allowed to send it, and
 * what a handler begins with before that is thrown away where it is not (ADR 24).
 */
export function createPipeline(services: PipelineServices): (endpoint: Endpoint) => Pipe {
  const countKey = createKeyLimiter({ requestsPerMinute: services.requestsPerMinute, clock: services.clock })
  const countQuotas = createKeyQuotas(services.clock)

  const publicOrigin = new URL(services.publicUrl).origin

  return (endpoint) => {
    const { route } = endpoint
    const validators = validatorsOf(route)
    const serialize = serializerOf(route)
    const readParams = paramsReaderOf(route)
    const limits = {
      caller: (route.limits ?? []).filter(({ by }) => by === 'address'),
      account: (route.limits ?? []).filter(({ by }) => by !== 'address'),
    }

    return {
      respond: (request) =>
        observed(
          request,
          (outcome, state) => {
            const response = success(outcome, state)
            return route.etag ? ifChanged(request, response) : response
          },
          (failure, state) => failureResponse(route, failure, request, state),
        ),
      ask: (request) =>
        observed<Asked>(
          request,
          (outcome, { headers }) => ({ answer: { output: outputOf(outcome) }, headers }),
          (failure, { headers }) => ({ answer: { failure }, headers }),
        ),
    }

    /** Handles a request and presents what came of it, and has it told to the log, the metrics and the trace. */
    async function observed<T extends Presented>(
      request: WireRequest,
      present: (outcome: Outcome, state: RequestState) => T,
      refuse: (failure: Failure, state: RequestState) => T,
    ): Promise<T> {
      const startedAt = performance.now()
      const span = tracer.startSpan(route.id)
      const state: RequestState = {
        identified: undefined,
        environment: undefined,
        terms: undefined,
        cookies: [],
        headers: { 'content-type': jsonContent },
      }
      let status: number = route.status
      let presented: T
      let unforeseen: unknown
      try {
        presented = present(await handle(request, state), state)
        status = presented.status ?? status
      } catch (thrown) {
        const error = explainDatabaseError(thrown)
        const failure =
          error instanceof Failure ? error : fail(errors.internal_error, { requestId: request.requestId })
        if (!(error instanceof Failure)) {
          unforeseen = error
          span.recordException(error as Error)
          span.setStatus({ code: SpanStatusCode.ERROR })
        }
        status = failure.definition.status
        explainRefusal(state.headers, failure)
        presented = refuse(failure, state)
        state.environment ??= await environmentForHeaders(request)
      }
      allowOrigin(presented.headers, route, request, state.environment, publicOrigin)
      span.setAttribute('http.response.status_code', status)
      span.end()
      services.onAnswer({
        route,
        status,
        requestId: request.requestId,
        durationMs: performance.now() - startedAt,
        principal: state.identified?.principal,
        environmentId: state.environment?.id,
        error: unforeseen,
      })
      return presented
    }

    /** A page must be able to read why it was refused, also before the request had an environment. */
    async function environmentForHeaders(request: WireRequest): Promise<Environment | undefined> {
      if (header(request, 'origin') === undefined) return undefined
      try {
        return (await resolveEnvironment(route, request, nobody, services.environments))?.environment
      } catch {
        return undefined
      }
    }

    async function handle(request: WireRequest, state: RequestState): Promise<Outcome> {
      const identifying = authenticate(route, request, services.authenticators, services.publicUrl)
      const begun = endpoint.begin?.(request.body)
      // Whoever is refused does not wait for it.
      begun?.catch(() => {})
      const identified = await identifying
      state.identified = identified
      const resolving = resolveEnvironment(route, request, identified, services.environments)
      const place = resolving instanceof Promise ? await resolving : resolving
      const environment = place?.environment
      state.environment = environment
      state.terms = place?.terms
      tellDeprecation(state.headers, place?.terms)
      const isRecognized = route.access.by !== 'user' || identified.principal.kind !== 'anonymous'
      const caller = isRecognized
        ? identified
        : await recognizeBrowser(identified, callOf(request, state), services.authenticators)
      state.identified = caller
      checkAccess(caller.principal, route.access)
      refuseForeignOrigin(route, request, caller, environment, publicOrigin)

      countCaller(request, state)
      if (isLimited('caller', request, state)) await count('caller', request, state)
      validators.query(request.query)
      const body = validators.body(request.body)
      const params = readParams(request.params)
      refuseForeignProject(route, params, caller.principal)
      const input = { params, query: request.query, body }
      if (isLimited('account', request, state)) await count('account', request, state)

      const key = route.idempotent ? header(request, 'idempotency-key') : undefined
      if (key !== undefined && environment) {
        const idempotent = idempotentRequest(key, {
          routeId: route.id,
          principal: caller.principal,
          target: input,
        })
        return once(idempotent, environment, request, state, input)
      }
      return { output: await endpoint.handle(callOf(request, state), input as never, begun) }
    }

    /** Runs the handler and keeps its answer in one transaction, unless the answer was given before. */
    async function once(
      idempotent: IdempotentRequest,
      environment: Environment,
      request: WireRequest,
      state: RequestState,
      input: unknown,
    ): Promise<Outcome> {
      return services.database.transaction(environment.id, async (tx) => {
        state.cookies = []
        const replay = await findReplay(tx, services.seal, idempotent)
        if (replay) {
          state.headers['idempotency-replayed'] = 'true'
          return replay
        }
        const output = await endpoint.handle(callOf(request, state, tx), input as never)
        const body = serialize(output)
        await keepAnswer(tx, services.seal, idempotent, { status: route.status, body })
        return { body }
      })
    }

    /** Counts requests of each credential on this node. */
    function countCaller({ isCounted }: WireRequest, { identified, headers }: RequestState): void {
      const caller = identified?.principal
      if (!isCounted && (caller?.kind === 'secret_key' || caller?.kind === 'application')) {
        tellLimit(headers, countKey(caller.id))
      }
    }

    /** Counts by address before anything of the body is looked at, and by account once the body is valid. */
    async function count(by: 'caller' | 'account', request: WireRequest, state: RequestState): Promise<void> {
      const { identified, environment, headers } = state
      const queries = services.database.read((environment as Environment).id)
      const quota = quotaOf(by, request, state)
      const ofKey = quota && (await countQuotas(quota, queries))
      if (ofKey) tellLimit(headers, ofKey)
      if (limits[by].length === 0) return
      const { ipAddress: address } = request.client
      const { principal } = identified ?? nobody
      const userId = principal.kind === 'user' ? principal.id : null
      const tightest = await enforceLimits(route, limits[by], queries, {
        address,
        userId,
        body: request.body,
      })
      if (tightest) tellLimit(headers, tightest)
    }

    /** Whether there is a limit that the database counts for: most requests have none. */
    function isLimited(by: 'caller' | 'account', request: WireRequest, state: RequestState): boolean {
      return (
        state.environment !== undefined &&
        (limits[by].length > 0 || quotaOf(by, request, state) !== undefined)
      )
    }

    function success(outcome: Outcome, state: RequestState): WireResponse {
      // A browser is sent on; what it is sent with is in its cookies.
      if (route.status === 302 && 'output' in outcome) {
        state.headers.location = (outcome.output as Redirection).location
        return { status: 302, headers: state.headers, cookies: state.cookies, body: '' }
      }
      return {
        status: route.status,
        headers: state.headers,
        cookies: state.cookies,
        body: 'body' in outcome ? outcome.body : serialize(outcome.output),
      }
    }

    function outputOf(outcome: Outcome): unknown {
      if ('output' in outcome) return outcome.output
      return outcome.body === '' ? undefined : JSON.parse(outcome.body)
    }
  }

  function callOf(request: WireRequest, state: RequestState, joined?: Transaction): Call {
    return new RequestCall(services, request, state, joined)
  }
}

/** What a handler gave, or what it gave the first time, as it was sent then. */
type Outcome = { readonly output: unknown } | { readonly body: string }

interface Presented {
  readonly status?: number
  readonly headers: AnswerHeaders
}

/** What the key is held to, where it is counted at all. */
function quotaOf(
  by: 'caller' | 'account',
  request: WireRequest,
  { terms }: RequestState,
): KeyTerms | undefined {
  return by === 'caller' && !request.isCounted ? terms : undefined
}

const nobody: Identified = { principal: anonymous, environment: undefined }

function failureResponse(
  route: Route,
  failure: Failure,
  request: WireRequest,
  state: RequestState,
): WireResponse {
  const { status } = failure.definition
  const { headers, cookies } = state
  if (route.style === 'oauth') return { status, headers, cookies: [], body: oauthErrorBody(failure) }
  headers['content-type'] = problemContent
  return { status, headers, cookies, body: problemBody(failure, request.requestId) }
}

function explainRefusal(headers: AnswerHeaders, failure: Failure): void {
  if (failure instanceof LimitExceeded) tellLimit(headers, failure.state)
  tellWhenToRetry(headers, failure)
  challenge(headers, failure)
}

/** Ids in canonical form. One that cannot exist is as unknown as any other: 404, never 400. */
function paramsReaderOf(
  route: Route,
): (params: Readonly<Record<string, string>>) => Readonly<Record<string, string>> {
  const known = Object.entries(route.params ?? {})
  return (params) => {
    const read: Record<string, string> = {}
    for (const [name, unknown] of known) {
      const text = params[name] ?? ''
      const value = name.endsWith('Id') ? parseId(text) : text
      if (value === undefined) throw fail(unknown)
      read[name] = value
    }
    return read
  }
}

/** A project that the caller does not administer is as unknown as any other. */
function refuseForeignProject(
  route: Route,
  { projectId }: Record<string, string>,
  principal: Principal,
): void {
  const unknown = route.params?.projectId
  if (unknown && projectId && !mayKnowProject(principal, projectId)) throw fail(unknown)
}

/**
 * The response schema is an allow-list: a field that a handler returned by mistake is not in the answer.
 * Compiled on first use, as the validators are.
 */
function serializerOf(route: Route): (output: unknown) => string {
  let serialize: ((output: unknown) => string) | undefined
  return (output) => {
    if (!route.response) return ''
    serialize ??= fastJsonStringify(route.response as never)
    return serialize(output)
  }
}
