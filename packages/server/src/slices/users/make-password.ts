import { randomInt } from 'node:crypto'
import type { EnvironmentSettings } from '@claviger/contract'

/** Without those that look like others, because people read passwords to each other. */
const classes = {
  uppercase: 'ABCDEFGHJKLMNPQRSTUVWXYZ',
  lowercase: 'abcdefghijkmnpqrstuvwxyz',
  digit: '23456789',
  symbol: '-_.+!?',
}
const all = Object.values(classes).join('')
const lengthMin = 20

/** Makes a password of more than a hundred random bits, which every policy allows. */
export function makePassword(policy: EnvironmentSettings['passwordPolicy']): string {
  const length = Math.max(lengthMin, policy.lengthMin)
  const pick = (characters: string) => characters[randomInt(characters.length)] as string
  const picked = Object.values(classes).map(pick)
  while (picked.length < length) picked.push(pick(all))
  // The first four are of known kinds, so they must not stand at known places.
  for (let i = picked.length - 1; i > 0; i--) {
    const j = randomInt(i + 1)
    ;[picked[i], picked[j]] = [picked[j] as string, picked[i] as string]
  }
  return picked.join('')
}
