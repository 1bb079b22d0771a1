import * as publishedPackage from '@kolaylogin/backend'
import * as ours from '../src/index.js'

export type Implementation = typeof ours

/**
 * KolayLogin's own client, as npm has it. Its classes have private members, which TypeScript compares by
 * where they were declared, so the compiler must be told that it is used as ours is.
 */
export const published = publishedPackage as unknown as Implementation

/** For `describe.each`: what holds for both is not an invention of ours. */
export const implementations = [
  { name: '@kolaylogin/backend', library: published },
  { name: '@claviger/kolaylogin', library: ours },
]
