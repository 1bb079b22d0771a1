import { isWellFormedSecret } from '#kernel/secret'

export type KeyKind = 'secret' | 'publishable'

/** `sk_live_`, `sk_test_`, `pk_live_` or `pk_test_`: what a key is can be seen by everyone who finds it. */
export function keyPrefix(kind: KeyKind, environmentName: 'live' | 'test'): string {
  return `${kind === 'secret' ? 'sk' : 'pk'}_${environmentName}_`
}

/** How much of a key is kept in the clear, to recognise it by. */
export const shownPrefixLength = 16

/** Whether a text can be a key of this kind at all; a typing error costs no query. */
export function isWellFormedKey(text: string, kind: KeyKind): boolean {
  return (
    isWellFormedSecret(text, keyPrefix(kind, 'live')) || isWellFormedSecret(text, keyPrefix(kind, 'test'))
  )
}
