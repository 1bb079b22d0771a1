import { parseId } from '#kernel/ids'

/** The keys of the scopes of an API, by what a scope can be named by: its key, or its id. */
export type ScopeNames = ReadonlyMap<string, string>

/** A key may look like an id, and is the key that it is. */
export function scopeNames(scopes: readonly { readonly id: string; readonly key: string }[]): ScopeNames {
  return new Map([
    ...scopes.map(({ id, key }) => [id, key] as const),
    ...scopes.map(({ key }) => [key, key] as const),
  ])
}

/** The keys of the scopes that are named, undefined for those that the API has not. */
export function keysOfScopes(known: ScopeNames, names: readonly string[]): (string | undefined)[] {
  return names.map((name) => known.get(name) ?? known.get(parseId(name) ?? ''))
}
