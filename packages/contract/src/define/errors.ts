import type { TSchema } from 'typebox'

/** One way to fail: a public, permanent code with the sentence that tells the caller what to do. */
export interface ErrorDefinition<Code extends string = string> {
  readonly code: Code
  /** The HTTP status; it stands here so that no central switch has to know every code. */
  readonly status: number
  /** A short summary that never changes for a code (RFC 9457 section 3.1.3). */
  readonly title: string
  /** The sentence for this occurrence; `{name}` is filled from the data the handler gives. */
  readonly detail: string
  /** The `message` that existing clients compare, where a vendor documents one; else it equals `detail`. */
  readonly message?: string
  /** Members of the answer beside the standard ones (RFC 9457 section 3.2), filled from the data as well. */
  readonly extensions?: Readonly<Record<string, TSchema>>
  /** Set where the refusal is a step of its flow: what the transaction did before it stays done. */
  readonly keepsWork?: true
}

type Definitions = Record<string, Omit<ErrorDefinition, 'code'>>

/** Names the errors of a noun; the key is the public code. */
export function defineErrors<const D extends Definitions>(definitions: D) {
  const named = Object.entries(definitions).map(([code, definition]) => [code, { code, ...definition }])
  return Object.freeze(Object.fromEntries(named)) as { readonly [C in keyof D & string]: ErrorDefinition<C> }
}
