import { credentialOf, type Sent } from './credential.js'
import type { ApiKeyIdentity, Refusal, Verdict } from './verdict.js'
import type { Needs } from './verifier.js'

/** What requests of one route need; `ipAddress` says where one came from, if the framework does not know it rightly. */
export interface RouteNeeds<Request> extends Omit<Needs, 'ipAddress'> {
  readonly ipAddress?: (request: Request) => string | undefined
}

// The parts of the frameworks that are used: none of them is a dependency.

export interface NodeRequest {
  readonly url?: string | undefined
  readonly headers: { readonly authorization?: string | undefined }
  readonly socket: { readonly remoteAddress?: string | undefined }
}
export interface NodeResponse {
  writeHead(status: number, headers: Record<string, string>): unknown
  end(body: string): unknown
}
export interface ExpressRequest {
  readonly originalUrl: string
  readonly headers: { readonly authorization?: string | undefined }
  readonly ip?: string | undefined
}
export interface ExpressResponse {
  status(status: number): unknown
  set(headers: Record<string, string>): unknown
  // Not `send`, whose type would become that of every answer of the route.
  end(body: string): unknown
}
export interface FastifyRequest {
  readonly url: string
  readonly headers: { readonly authorization?: string | undefined }
  readonly ip: string
}
export interface FastifyReply {
  code(status: number): { headers(headers: Record<string, string>): { send(body: string): unknown } }
}
export interface HonoContext {
  readonly req: { readonly raw: Request }
}

/** One way in for each framework. Each answers a request that is refused, and lets the others through. */
export interface Adapters {
  /** Of a request that was let through: whose key it was sent with. Takes what the framework gives its handlers. */
  identityOf(request: object): ApiKeyIdentity
  /** For `node:http`: gives undefined for a request that was refused, and is answered. */
  node(
    needs?: RouteNeeds<NodeRequest>,
  ): (request: NodeRequest, response: NodeResponse) => Promise<ApiKeyIdentity | undefined>
  /** A middleware of Express. */
  express(
    needs?: RouteNeeds<ExpressRequest>,
  ): (request: ExpressRequest, response: ExpressResponse, next: () => void) => Promise<void>
  /** A hook of Fastify, best as `onRequest`. */
  fastify(
    needs?: RouteNeeds<FastifyRequest>,
  ): (request: FastifyRequest, reply: FastifyReply) => Promise<unknown>
  /** A middleware of Hono. */
  hono<Context extends HonoContext>(
    needs?: RouteNeeds<Context>,
  ): (context: Context, next: () => Promise<void>) => Promise<Response | undefined>
  /** For whatever takes a `Request`: the answer to one that is refused, or whose key it was sent with. */
  fetch(request: Request, needs?: Needs): Promise<Response | ApiKeyIdentity>
}

/** The ways in to a verification. */
export function adaptersOf(verify: (credential: string, needs?: Needs) => Promise<Verdict>): Adapters {
  const identities = new WeakMap<object, ApiKeyIdentity>()

  async function judge(
    sent: Sent,
    { scopes, cost }: Omit<Needs, 'ipAddress'>,
    ipAddress: string | undefined,
  ) {
    const found = credentialOf(sent)
    return 'credential' in found ? verify(found.credential, { scopes, cost, ipAddress }) : found
  }

  /** Remembers whose request it is; gives what to answer to one that is refused. */
  async function admit(request: object, judging: Promise<Verdict>): Promise<Refusal | undefined> {
    const { identity, refusal } = await judging
    if (identity) identities.set(request, identity)
    return refusal
  }

  return {
    identityOf(request) {
      const identity = identities.get(request)
      if (!identity)
        throw new Error('The request was not verified. Put the verifier in front of this handler.')
      return identity
    },
    node:
      (needs = {}) =>
      async (request, response) => {
        const { url = '', headers, socket } = request
        const ipAddress = needs.ipAddress ? needs.ipAddress(request) : socket.remoteAddress
        const sent = { url, authorization: headers.authorization }
        const refusal = await admit(request, judge(sent, needs, ipAddress))
        if (!refusal) return identities.get(request)
        response.writeHead(refusal.status, { ...refusal.headers })
        response.end(JSON.stringify(refusal.body))
        return undefined
      },
    express:
      (needs = {}) =>
      async (request, response, next) => {
        const { originalUrl: url, headers, ip } = request
        const ipAddress = needs.ipAddress ? needs.ipAddress(request) : ip
        const sent = { url, authorization: headers.authorization }
        const refusal = await admit(request, judge(sent, needs, ipAddress))
        if (!refusal) return next()
        response.status(refusal.status)
        response.set({ ...refusal.headers })
        response.end(JSON.stringify(refusal.body))
      },
    fastify:
      (needs = {}) =>
      async (request, reply) => {
        const { url, headers, ip } = request
        const ipAddress = needs.ipAddress ? needs.ipAddress(request) : ip
        const sent = { url, authorization: headers.authorization }
        const refusal = await admit(request, judge(sent, needs, ipAddress))
        if (!refusal) return undefined
        return reply
          .code(refusal.status)
          .headers({ ...refusal.headers })
          .send(JSON.stringify(refusal.body))
      },
    hono:
      (needs = {}) =>
      async (context, next) => {
        const { raw } = context.req
        const refusal = await admit(context, judge(sentWith(raw), needs, needs.ipAddress?.(context)))
        if (refusal) return responseOf(refusal)
        await next()
        return undefined
      },
    async fetch(request, needs = {}) {
      const { identity, refusal } = await judge(sentWith(request), needs, needs.ipAddress)
      return identity ?? responseOf(refusal)
    },
  }
}

function sentWith({ url, headers }: Request): Sent {
  return { url, authorization: headers.get('authorization') ?? undefined }
}

function responseOf({ status, headers, body }: Refusal): Response {
  return new Response(JSON.stringify(body), { status, headers })
}
