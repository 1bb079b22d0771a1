import type { SecretKey } from '@claviger/contract'
import { isoTime } from '#kernel/clock'
import { isWellFormedSecret } from '#kernel/secret'

export type KeyKind = SecretKey['kind']
export type KeyStatus = SecretKey['status']

/** What whoever makes a key says of it, and may change. */
export interface GivenTerms {
  readonly name: string
  readonly description: string | null
  readonly permissions: readonly string[]
  readonly allowedNamespaces: readonly string[] | null
  readonly rateLimitPerMinute: number | null
  readonly rateLimitPerHour: number | null
  readonly expiresAt: string | null
}

/** What a key may do where nobody says: everything, or for one that has no power anyway to read everything. */
export function defaultTerms(kind: KeyKind): Omit<GivenTerms, 'name'> {
  return {
    description: null,
    permissions: kind === 'secret' ? ['*'] : ['*:read'],
    allowedNamespaces: null,
    rateLimitPerMinute: null,
    rateLimitPerHour: null,
    expiresAt: null,
  }
}

/** The terms of a body over those that were there before; an instant as everything else has it. */
export function withGiven(
  before: GivenTerms,
  given: { readonly [Term in keyof GivenTerms]?: GivenTerms[Term] | undefined },
): GivenTerms {
  const { expiresAt } = given
  return {
    ...before,
    ...given,
    ...(expiresAt && { expiresAt: isoTime(Date.parse(expiresAt)) }),
  } as GivenTerms
}

/** `sk_live_`, `sk_test_`, `pk_live_` or `pk_test_`: what a key is can be seen by everyone who finds it. */
export function keyPrefix(kind: KeyKind, environmentName: 'live' | 'test'): string {
  return `${kind === 'secret' ? 'sk' : 'pk'}_${environmentName}_`
}

/** How much of a key is kept in the clear, to recognise it by. */
export const shownPrefixLength = 16

const nameLengthMax = 100
const rotatedMark = ' (rotated)'

/** The name of the key after one of this name, cut between characters where it would be too long. */
export function rotatedName(name: string): string {
  return [...name].slice(0, nameLengthMax - rotatedMark.length).join('') + rotatedMark
}

/** Whether a text is meant to be a key of this kind. */
export function isOfKind(text: string, kind: KeyKind): boolean {
  return text.startsWith(kind === 'secret' ? 'sk_' : 'pk_')
}

const prefixes = (['secret', 'publishable'] as const).flatMap((kind) => [
  keyPrefix(kind, 'live'),
  keyPrefix(kind, 'test'),
])

/** Whether a text can be a key at all; a typing error costs no query. */
export function isWellFormedKey(text: string): boolean {
  return prefixes.some((prefix) => isWellFormedSecret(text, prefix))
}
