import type { Static, TSchema } from 'typebox'

/** Something that happened, as audit log, event stream and webhooks will read it. */
export interface EventDefinition<Type extends string = string, Data extends TSchema = TSchema> {
  readonly type: Type
  readonly summary: string
  readonly data: Data
}

type Definitions = Record<string, { readonly summary: string; readonly data: TSchema }>

/** Names the events of a noun; the key is the public event type. */
export function defineEvents<const D extends Definitions>(definitions: D) {
  const named = Object.entries(definitions).map(([type, definition]) => [type, { type, ...definition }])
  return Object.freeze(Object.fromEntries(named)) as {
    readonly [T in keyof D & string]: EventDefinition<T, D[T]['data']>
  }
}

export type EventData<E> = E extends EventDefinition<string, infer D> ? Static<D> : never
