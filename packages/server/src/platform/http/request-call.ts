import type { EventType } from '@claviger/contract'
import type { Call, Cookie } from '#kernel/call'
import { Failure } from '#kernel/failure'
import type { Environment, KeyTerms, Principal } from '#kernel/principal'
import type { Transaction } from '#kernel/queries'
import { appendEvent } from '#platform/db/append-event'
import { aboveEnvironments, type Database } from '#platform/db/database'
import type { Identified } from './authenticate.js'
import type { PipelineServices } from './pipeline.js'
import type { WireRequest } from './wire.js'

/** What becomes known of a request on its way, and what its answer will carry. */
export interface RequestState {
  identified: Identified | undefined
  environment: Environment | undefined
  /** What the key that was sent is held to, where it is held to anything. */
  terms: KeyTerms | undefined
  cookies: readonly Cookie[]
  readonly headers: Record<string, string>
}

/** One is made for every request, so what all of them share is looked up and not copied. */
export class RequestCall implements Call {
  readonly principal: Principal
  private readonly services: PipelineServices
  private readonly request: WireRequest
  private readonly state: RequestState
  private readonly joined: Transaction | undefined

  constructor(
    services: PipelineServices,
    request: WireRequest,
    state: RequestState,
    joined: Transaction | undefined,
  ) {
    this.services = services
    this.principal = state.identified?.principal as Principal
    this.request = request
    this.state = state
    this.joined = joined
  }

  get environment() {
    const { environment } = this.state
    if (!environment) throw new Error('This route is not in an environment.')
    return environment
  }
  get requestId() {
    return this.request.requestId
  }
  get client() {
    return this.request.client
  }
  get clock() {
    return this.services.clock
  }
  get publicUrl() {
    return this.services.publicUrl
  }
  get seal() {
    return this.services.seal
  }
  get fetch() {
    return this.services.fetch
  }
  get isBreached() {
    return this.services.isBreached
  }
  get isSetupToken() {
    return this.services.isSetupToken
  }
  get anywhere() {
    return this.services.database.anywhere
  }
  get read() {
    return this.joined ?? this.services.database.read(this.environment.id)
  }

  tx<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    // Inside an idempotent request the handler joins the transaction that also keeps its answer.
    if (this.joined) return work(this.joined)
    return keepingWork(this.services.database, this.state.environment?.id ?? aboveEnvironments, work)
  }

  record<T extends EventType>(tx: Transaction, type: T, data: unknown): Promise<void> {
    return appendEvent(tx, { type, data, principal: this.principal, requestId: this.requestId })
  }

  setCookie(cookie: Cookie): void {
    const { state } = this
    state.cookies = [...state.cookies.filter(({ name }) => name !== cookie.name), cookie]
  }

  in(environment: Environment): Call {
    return new RequestCall(this.services, this.request, { ...this.state, environment }, undefined)
  }
}

/** A transaction that also commits when what refused the request says that the work before it stays. */
async function keepingWork<T>(
  database: Database,
  environmentId: string,
  work: (tx: Transaction) => Promise<T>,
): Promise<T> {
  const outcome = await database.transaction(environmentId, (tx) =>
    work(tx).then(
      (value) => ({ value }),
      (error) => {
        if (error instanceof Failure && error.definition.keepsWork) return { refusal: error }
        throw error
      },
    ),
  )
  if ('refusal' in outcome) throw outcome.refusal
  return outcome.value
}
