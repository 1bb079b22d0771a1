import { AbortedError, ApiError, type ConnectionError, TimeoutError } from './errors.js'
import type { Input, Operation } from './operation.js'
import { type CallOptions, readMaxRetries, readTimeoutMs, type Settings } from './options.js'
import { ListPromise, type PageAnswer } from './page.js'
import { connectionError, parseObject, readProblem, unexpectedResponse } from './problem.js'
import { composeRequest, type WireRequest } from './request.js'
import { isRetryable, retryDelayMs } from './retry.js'
import { either, type Timing, untilAborted } from './timing.js'

/** Carries the calls of a client: sends, waits, repeats where that is safe, and reads the answers. */
export class Transport {
  readonly #settings: Settings
  readonly #timing: Timing

  constructor(settings: Settings, timing: Timing) {
    this.#settings = settings
    this.#timing = timing
  }

  /** Calls an operation. What the server answers has the shape of the contract; it is not checked again. */
  async call<T>(operation: Operation, input: Input, options: CallOptions = {}): Promise<T> {
    const answer = await this.#answer(operation, input, options)
    if (operation.silent) return undefined as T
    return (operation.property === undefined ? answer : answer?.[operation.property]) as T
  }

  /** A list of an operation whose `property` names the rows; nothing is sent before it is awaited. */
  list<Noun extends string, Item>(
    operation: Operation & { readonly property: Noun },
    input: Input,
    options: CallOptions = {},
  ): ListPromise<Noun, Item> {
    return new ListPromise(operation.property, async (after) => {
      // A cursor knows its position: the server refuses an offset beside it.
      const query = after === undefined ? input.query : { ...input.query, offset: undefined, after }
      const answer = await this.#answer(operation, { ...input, query: query ?? {} }, options)
      return answer as PageAnswer<Noun, Item>
    })
  }

  /** The body of the answer; undefined where there is none. */
  async #answer(
    operation: Operation,
    input: Input,
    options: CallOptions,
  ): Promise<Record<string, unknown> | undefined> {
    const { logger } = this.#settings
    const timeoutMs = readTimeoutMs(options.timeoutMs ?? this.#settings.timeoutMs)
    const maxRetries = readMaxRetries(options.maxRetries ?? this.#settings.maxRetries)
    const request = composeRequest(operation, input, options, this.#settings)

    const deadlineMs = this.#timing.now() + timeoutMs
    const deadline = this.#timing.deadline(timeoutMs)
    const both = options.signal && either(options.signal, deadline.signal)
    const signal = both?.signal ?? deadline.signal
    let failure: ApiError | ConnectionError | undefined
    try {
      for (let attempt = 0; ; attempt++) {
        try {
          return await untilAborted(signal, () => this.#attempt(request, attempt, signal))
        } catch (error) {
          if (signal.aborted || attempt === maxRetries || !isRetryable(error, operation)) throw error
          failure = error
        }
        const delayMs = retryDelayMs(failure, attempt, this.#timing.random)
        // The caller learns now what it would learn after a wait in vain.
        if (this.#timing.now() + delayMs >= deadlineMs) throw failure
        const { name: error, code } = failure
        logger?.warn(`${operation.id} failed and is tried again`, { attempt, delayMs, error, code })
        await untilAborted(signal, () => this.#timing.sleep(delayMs, signal))
      }
    } catch (error) {
      // An answer that is there is worth more than the news that nobody waits for it.
      if (error instanceof ApiError) throw error
      if (options.signal?.aborted) {
        throw new AbortedError(`${operation.id} was aborted by its caller.`, { cause: options.signal.reason })
      }
      if (deadline.signal.aborted) {
        const cause = failure === undefined ? {} : { cause: failure }
        throw new TimeoutError(`${operation.id} got no answer within ${timeoutMs} ms.`, cause)
      }
      throw error
    } finally {
      both?.release()
      deadline.clear()
    }
  }

  /** Sends the request once. Throws a `ConnectionError` or an `ApiError` when that did not work. */
  async #attempt(
    request: WireRequest,
    attempt: number,
    signal: AbortSignal,
  ): Promise<Record<string, unknown> | undefined> {
    const { baseUrl, credential, logger, onRequest, onResponse, sendsCookies } = this.#settings
    const { operation, url } = request
    const { id, method } = operation
    const token = await credential.token()
    const shownHeaders = new Headers(request.headers)
    await onRequest?.({ operation: id, method, url, headers: shownHeaders, attempt })
    // A copy, so that a hook that keeps what it was shown does not keep the token.
    const headers = new Headers(shownHeaders)
    if (token !== undefined && !headers.has('authorization')) headers.set('authorization', `Bearer ${token}`)
    // The token or the hook may have taken longer than the caller waited.
    signal.throwIfAborted()

    const startedMs = this.#timing.now()
    const asked = { operation: id, baseUrl, token }
    let response: Response
    let text: string
    try {
      response = await this.#settings.fetch(url, {
        method,
        headers,
        signal,
        // A redirect would carry the body, which may hold a password or a token, to another place.
        redirect: 'manual',
        ...(request.body === undefined ? {} : { body: request.body }),
        ...(sendsCookies ? { credentials: 'include' } : {}),
      })
      text = await response.text()
    } catch (error) {
      throw connectionError(error, asked)
    }
    const { status } = response
    const nowMs = this.#timing.now()
    const durationMs = nowMs - startedMs
    logger?.debug(`${id} ${status}`, { method, path: operation.path, status, attempt, durationMs })
    await onResponse?.({ operation: id, method, url, status, headers: response.headers, attempt, durationMs })

    if (!response.ok) throw readProblem(response, text, asked, nowMs)
    if (status === 204) return undefined
    const answer = parseObject(text)
    // Most often a web site at a wrong baseUrl, which answers 200 with a page to every path.
    if (!answer || (operation.property !== undefined && !(operation.property in answer))) {
      throw unexpectedResponse(response, text, asked, nowMs)
    }
    return answer
  }
}
