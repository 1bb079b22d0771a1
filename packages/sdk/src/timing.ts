/** An end that is set for a call. */
export interface Deadline {
  readonly signal: AbortSignal
  /** Must be called when the call is over, else its timer outlives it. */
  clear(): void
}

/** Time and chance, so that a test can decide both. */
export interface Timing {
  /** Milliseconds since 1970. */
  now(): number
  /** At least 0, less than 1. */
  random(): number
  /** Resolves after `ms`; rejects with the reason of `signal` when that comes first. */
  sleep(ms: number, signal: AbortSignal): Promise<void>
  /** A signal that aborts after `ms`. */
  deadline(ms: number): Deadline
}

export const realTiming: Timing = {
  now: () => Date.now(),
  random: () => Math.random(),
  sleep: (ms, signal) =>
    new Promise((resolve, reject) => {
      const wake = () => {
        clearTimeout(timer)
        reject(signal.reason)
      }
      const timer = setTimeout(() => {
        signal.removeEventListener('abort', wake)
        resolve()
      }, ms)
      signal.addEventListener('abort', wake, { once: true })
    }),
  // AbortSignal.timeout() cannot be cleared: each call would leave a timer behind for its whole timeout.
  deadline: (ms) => {
    const controller = new AbortController()
    const timer = setTimeout(() => controller.abort(), ms)
    return { signal: controller.signal, clear: () => clearTimeout(timer) }
  },
}

/**
 * A signal that aborts with the first of two, for as long as it is not released. `AbortSignal.any` would do
 * the same, but Node 20 keeps each of its results for as long as the older signal lives: 2 KB for every call
 * under a signal of the whole program.
 */
export function either(first: AbortSignal, second: AbortSignal): { signal: AbortSignal; release(): void } {
  const controller = new AbortController()
  const sources = [first, second].map((source) => ({ source, stop: () => controller.abort(source.reason) }))
  for (const { source, stop } of sources) {
    if (source.aborted) stop()
    else source.addEventListener('abort', stop, { once: true })
  }
  const release = () => {
    for (const { source, stop } of sources) source.removeEventListener('abort', stop)
  }
  return { signal: controller.signal, release }
}

/** The result of `work`, or a rejection as soon as `signal` aborts, even if `work` never looks at it. */
export async function untilAborted<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  signal.throwIfAborted()
  let stop = () => {}
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason)
  })
  signal.addEventListener('abort', stop, { once: true })
  try {
    return await Promise.race([work(), aborted])
  } finally {
    signal.removeEventListener('abort', stop)
  }
}
