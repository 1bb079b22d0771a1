import { type ErrorDefinition, errors } from '@claviger/contract'
import { Failure } from '#kernel/failure'
import { idOrNothing } from '#kernel/ids'
import type { Transaction } from '#kernel/queries'
import { holdScopes, keysOfScopes, type ScopeNames } from '#slices/apis'
import { defaultTerms, type GivenTerms, type Terms, withGiven } from './api-key.js'
import * as store from './store.js'

/** A key as a body asks for it. */
export interface AskedKey extends GivenTerms {
  readonly apiId: string
  readonly name: string
  readonly userId?: string | null | undefined
  readonly organizationId?: string | null | undefined
}

/** The same with everything that it names known to be there. */
export interface CheckedKey extends store.Owner {
  readonly apiId: string
  readonly terms: Terms
}

/**
 * Reads what is asked for: keys of APIs with scopes that these have, and of owners who are there and stay so until
 * the transaction ends. `pointerTo` tells where in the body a key is.
 */
export async function checkNewKeys(
  tx: Transaction,
  asked: readonly AskedKey[],
  pointerTo: (index: number) => string = () => '',
): Promise<CheckedKey[]> {
  const keys = asked.map(({ apiId, userId, organizationId, ...terms }, i) => ({
    pointer: pointerTo(i),
    apiId: idOrNothing(apiId),
    userId: userId == null ? null : idOrNothing(userId),
    organizationId: organizationId == null ? null : idOrNothing(organizationId),
    terms: withGiven({ ...defaultTerms, name: terms.name }, terms, pointerTo(i)),
  }))
  const apis = await holdScopes(tx, [...new Set(keys.map(({ apiId }) => apiId))])
  const owners = await store.holdOwners(tx, keys)
  return keys.map(({ pointer, apiId, userId, organizationId, terms }) => {
    const scopes = readScopes(apis, { apiId, scopes: terms.scopes }, pointer)
    const refuseOwner = (owner: string, field: string) =>
      refusal(errors.unknown_owner, { owner }, `${pointer}/${field}`)
    if (userId !== null && !owners.users.has(userId)) throw refuseOwner('user', 'userId')
    if (organizationId !== null && !owners.organizations.has(organizationId))
      throw refuseOwner('organization', 'organizationId')
    if (userId !== null && organizationId !== null && !owners.isMember(userId, organizationId))
      throw refuseOwner('member', 'userId')
    return { apiId, userId, organizationId, terms: { ...terms, scopes } }
  })
}

/** The keys of the scopes that are named. Refuses an API that no key can be for, and scopes that it has not. */
export function readScopes(
  apis: ReadonlyMap<string, ScopeNames>,
  { apiId, scopes }: { readonly apiId: string; readonly scopes: readonly string[] },
  pointer = '',
): string[] {
  const known = apis.get(apiId)
  if (!known) throw refusal(errors.unknown_api, {}, `${pointer}/apiId`)
  const keys = keysOfScopes(known, scopes)
  const unknown = keys.indexOf(undefined)
  if (unknown === -1) return [...new Set(keys as string[])]
  throw refusal(errors.unknown_scope, { scope: scopes[unknown] ?? '' }, `${pointer}/scopes/${unknown}`)
}

/** A failure that names its place in the body as well. */
function refusal(definition: ErrorDefinition, data: Record<string, string>, pointer: string): Failure {
  const { message: detail } = new Failure(definition, data)
  return new Failure(definition, data, [{ pointer, code: definition.code, detail }])
}
