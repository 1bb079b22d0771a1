import { createHash, randomBytes } from 'node:crypto'
import { hash as argon2 } from '@node-rs/argon2'
import { hash as bcrypt } from '@node-rs/bcrypt'
import { expect, test } from 'vitest'
import { hashProblem, readForeignHash } from './read-foreign-hash.js'

/** What hashes of other implementations were made of: those of Python's hashlib, and of Argon2 and bcrypt here. */
const typed = 'Grüße, 世界'

const signerKey = 'jxspr8Ki0RYycVU8zykbdLGjFQ3McFUH0uiiTvC8pVMXAn210wjLNmdZJzxUECKbm0QsEmYUSDzZvpjeJ9WmXA=='
const ofFirebase = 'lSrfV15cpx95/sZS2W9c9Kp6i/LVgQNDNC/qzrCnh1SAyZvqmZqAjTdn3aoItz+VHjoZilo78198JAdRuid5lQ=='

const vectors: [of: string, password: string, hash: string][] = [
  ['bcrypt, of crypt_blowfish', 'U*U', '$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW'],
  ['bcrypt 2b, made here', typed, await bcrypt(typed, { cost: 4, version: '2b' })],
  ['bcrypt 2y, made here', typed, await bcrypt(typed, { cost: 4, version: '2y' })],
  [
    'argon2i, of its reference implementation',
    'password',
    '$argon2i$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$wWKIMhR9lyDFvRz9YTZweHKfbftvj+qf+YFY4NeBbtA',
  ],
  [
    'argon2id, of its reference implementation',
    'password',
    '$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc',
  ],
  ['argon2d, made here', typed, await argon2(typed, { algorithm: 0, memoryCost: 64, timeCost: 2 } as object)],
  [
    'scrypt, of the manual of passlib',
    'password',
    '$scrypt$ln=16,r=8,p=1$aM15713r3Xsvxbi31lqr1Q$nFNh2CVHVjNldFVKDHDlm4CbdRSCdEBsjjJxD+iCs5E',
  ],
  [
    'scrypt of two lanes, of hashlib',
    typed,
    '$scrypt$ln=10,r=8,p=2$ABEiM0RVZneImaq7zN3u/w$kb+zb4UwPoojBZTARIaJkBoXvY6tdo1owm7zEPJzNm4',
  ],
  [
    'PBKDF2, of the manual of passlib',
    'toomanysecrets',
    '$pbkdf2-sha256$29000$N2YMIWQsBWBMae09x1jrPQ$1t8iyB2A.WF/Z5JZv.lfCIhXXN33N23OSgQYThBYRfk',
  ],
  [
    'PBKDF2 of SHA-1, of hashlib',
    typed,
    '$pbkdf2-sha1$i=1000$ABEiM0RVZneImaq7zN3u/w$+PorS5+2XTWZdI70bENBpIwLkIA',
  ],
  [
    'PBKDF2 of SHA-256, of hashlib',
    typed,
    '$pbkdf2-sha256$i=1000,l=32$ABEiM0RVZneImaq7zN3u/w$+JlyfDPs9pvIwOuzlKXp7yzTdMr6nGzTYaT409uEjTo',
  ],
  [
    'PBKDF2 of SHA-512, of hashlib',
    typed,
    '$pbkdf2-sha512$i=1000$ABEiM0RVZneImaq7zN3u/w$onqYl4ch+aDVjdvHqlli4odHNvR2sUx4Nd5hgMaf2cZO7CLboz+PcK9LeRGvacENf1nIiKnrRRlUTxa9LIWm5g==',
  ],
  [
    'PBKDF2 as Django writes it, of hashlib',
    'Correct-horse-battery-9',
    'pbkdf2_sha256$1000$seasalt$AlDCxlh1DmjPm22eZLdYJA9sFkfw5SWlRx6o2ZHiyHE=',
  ],
  [
    'PBKDF2 of SHA-1 as Django writes it, of hashlib',
    'Correct-horse-battery-9',
    'pbkdf2_sha1$1000$seasalt2$O9mNXvD/IwCvpMF3XOJFvgKS8GQ=',
  ],
  [
    'scrypt of Firebase, as its authors show it',
    'user1password',
    `$fbscrypt$v=1,n=14,r=8,p=1,ss=Bw==,sk=${signerKey}$42xEC+ixf3L2lw==$${ofFirebase}`,
  ],
  ['SSHA, of hashlib', typed, '{SSHA}v3ptdKCdolCoN7LO1u6x4yP6UW0AESIzRFVmdw=='],
  ['SSHA256, of hashlib', typed, '{SSHA256}ZzZ+HWn4W3KLLA0WXqx/XhVjtkGmGzf7nH36uejqiD4AESIzRFVmdw=='],
  [
    'SSHA384, of hashlib',
    typed,
    '{SSHA384}wRDEQfuytWk0aR7EjHzmHhcRdbLqAUDmLz2wkBPQHdxI+sEM9F4WNYCoqIN95EO2ABEiM0RVZnc=',
  ],
  [
    'SSHA512, of hashlib',
    typed,
    '{SSHA512}PO4zfMaH8tOEtAPGM+ujZdnkAkVXgrjLbHYDvsdThXhXGQj2o3lvzNJ86zRrSXjGT/Zv3XcP4EkdUb9C1tjmCwARIjNEVWZ3',
  ],
  ['phpass, of its test program', 'test12345', '$P$9IQRaTwmfeRo7ud9Fh4E2PdI0S3r.L0'],
  ['phpass of phpBB', 'test12345', '$H$9IQRaTwmfeRo7ud9Fh4E2PdI0S3r.L0'],
]

test.each(vectors)('readForeignHash takes the password of %s, and no other', async (_of, password, hash) => {
  const verify = readForeignHash(hash)
  expect(await verify(password)).toBe(true)
  for (const other of [`${password} `, password.slice(1), `x${password}`, '']) {
    expect(await verify(other), other).toBe(false)
  }
})

test.each(vectors)(
  'readForeignHash takes no password for %s with another hash in it',
  async (_of, password, hash) => {
    // The last letter of base64 may carry bits that mean nothing, so it is one of those before it.
    const at = hash.length - 6
    const altered = hash.slice(0, at) + (hash[at] === 'A' ? 'B' : 'A') + hash.slice(at + 1)
    // What stands last in an SSHA is the salt, which changes the outcome just as well.
    expect(await readForeignHash(altered)(password)).toBe(false)
  },
)

const salt = randomBytes(16).toString('base64').replace(/=+$/, '')
const digest = createHash('sha256').update('x').digest('base64').replace(/=+$/, '')

test.each([
  ['bcrypt of cost 15', `$2b$15$${'a'.repeat(53)}`, 'cost of 15, and at most 14'],
  ['bcrypt of cost 31', `$2b$31$${'a'.repeat(53)}`, 'cost of 31'],
  ['argon2 of 1 GiB', `$argon2id$v=19$m=1048576,t=1,p=1$${salt}$${digest}`, 'memory cost in KiB of 1048576'],
  ['argon2 of many passes', `$argon2id$v=19$m=65536,t=10,p=1$${salt}$${digest}`, 'number of passes of 10'],
  ['argon2 of no pass', `$argon2id$v=19$m=65536,t=0,p=1$${salt}$${digest}`, 'no number from 1'],
  ['argon2 of many lanes', `$argon2id$v=19$m=65536,t=1,p=255$${salt}$${digest}`, 'number of lanes of 255'],
  ['scrypt of 512 MiB', `$scrypt$ln=19,r=8,p=1$${salt}$${digest}`, 'product of N, r and p of 4194304'],
  ['scrypt of many lanes', `$scrypt$ln=14,r=8,p=99$${salt}$${digest}`, 'product of N, r and p'],
  ['scrypt of N = 2^40', `$scrypt$ln=40,r=8,p=1$${salt}$${digest}`, 'cost ln of 40'],
  ['scrypt of N = 1', `$scrypt$ln=0,r=8,p=1$${salt}$${digest}`, 'no number from 1'],
  ['Firebase of 2 GiB', `$fbscrypt$v=1,n=20,r=16,p=1,sk=${salt}$${salt}$${digest}`, 'product of N, r and p'],
  [
    'PBKDF2 of ten million rounds',
    `$pbkdf2-sha256$i=10000000$${salt}$${digest}`,
    'number of rounds of 10000000',
  ],
  [
    'PBKDF2 of a long result',
    `$pbkdf2-sha1$i=900000$${salt}$${'A'.repeat(80)}`,
    'number of rounds of 2700000',
  ],
  ['Django of ten million rounds', `pbkdf2_sha256$10000000$salt$${digest}=`, 'number of rounds of 10000000'],
  ['phpass of 2^30 rounds', `$P$S${'a'.repeat(30)}`, 'number of rounds of 1073741824'],
  ['SSHA without salt', `{SSHA256}${digest}=`, 'has no salt'],
  ['MD5', '5f4dcc3b5aa765d61d8327deb882cf99', 'is of no kind that is known'],
  ['a password', 'Correct-horse-battery-9', 'is of no kind that is known'],
  ['bcrypt cut short', `$2b$10$${'a'.repeat(52)}`, 'is of no kind that is known'],
  ['bcrypt with a line behind it', `$2b$10$${'a'.repeat(53)}\n`, 'is of no kind that is known'],
  [
    'argon2 with a secret key',
    `$argon2id$v=19$m=64,t=1,p=1,keyid=x$${salt}$${digest}`,
    'is of no kind that is known',
  ],
  ['nothing', '', 'is of no kind that is known'],
])('hashProblem says why %s is refused', (_what, hash, problem) => {
  expect(hashProblem(hash)).toContain(problem)
})

test('hashProblem finds nothing wrong with a hash that is taken', () => {
  for (const [, , hash] of vectors) expect(hashProblem(hash)).toBeUndefined()
})
