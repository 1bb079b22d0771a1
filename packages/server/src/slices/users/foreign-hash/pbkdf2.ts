import { pbkdf2 as derive } from 'node:crypto'
import { promisify } from 'node:util'
import { isEqual, limit, type Scheme, type Verify } from './scheme.js'

/** passlib and the PHC string format: `$pbkdf2-sha256$i=600000,l=32$salt$hash`, with or without names. */
const modular =
  /^\$pbkdf2(?:-(sha1|sha256|sha512))?\$(?:i=)?(\d{1,9})(?:,l=\d{1,3})?\$([A-Za-z0-9+/.]+)={0,2}\$([A-Za-z0-9+/.]{22,171})={0,2}$/
/** Django and Werkzeug's elder: the salt is text and stands for itself. */
const django = /^pbkdf2_(sha1|sha256|sha512)\$(\d{1,9})\$([^$]{1,128})\$([A-Za-z0-9+/]{22,171}={0,2})$/

const digestBytes = { sha1: 20, sha256: 32, sha512: 64 } as const
type Digest = keyof typeof digestBytes

/** `$pbkdf2-sha256$…` and Django's `pbkdf2_sha256$…`, each also of SHA-1 and SHA-512. */
export const pbkdf2: Scheme = (text) => {
  const [, name = 'sha1', rounds, salt = '', hash = ''] = modular.exec(text) ?? []
  if (rounds !== undefined) return verifierOf(name as Digest, Number(rounds), decode(salt), decode(hash))
  const [, djangoName, djangoRounds, text0 = '', djangoHash = ''] = django.exec(text) ?? []
  if (djangoName === undefined) return undefined
  return verifierOf(djangoName as Digest, Number(djangoRounds), Buffer.from(text0), decode(djangoHash))
}

const derived = promisify(derive)

function verifierOf(digest: Digest, rounds: number, salt: Buffer, expected: Buffer): Verify {
  // Every block of the result repeats all the rounds.
  limit('number of rounds', rounds * Math.ceil(expected.length / digestBytes[digest]), 2_000_000)
  return async (password) => isEqual(await derived(password, salt, rounds, expected.length, digest), expected)
}

/** passlib writes `.` for `+`. */
function decode(text: string): Buffer {
  return Buffer.from(text.replaceAll('.', '+'), 'base64')
}
