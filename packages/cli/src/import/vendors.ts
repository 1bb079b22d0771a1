import type { ImportsUsersBody } from '@claviger/sdk'

export type ImportedUser = ImportsUsersBody['users'][number]

/** One user as a file has it, before it is read the way of its vendor. */
export type Row = Readonly<Record<string, unknown>>

/** The project-wide part of the hashes of Firebase, from its console. */
export interface FirebaseHashParams {
  readonly signerKey: string
  readonly saltSeparator: string
  readonly rounds: number
  readonly memCost: number
}

export interface VendorOptions {
  readonly hashParams?: FirebaseHashParams
}

type Vendor = (row: Row, options: VendorOptions) => ImportedUser

/** What cannot be read of a row, in a sentence. */
export class UnreadableRow extends Error {
  override readonly name = 'UnreadableRow'
}

export const vendors = {
  claviger: (row) => ownShape({ ...row, externalId: row.externalId ?? row.id }),
  csv: ownShape,
  jsonl: ownShape,
  auth0,
  clerk,
  firebase,
  supabase,
  kolaylogin: (row) => ownShape({ ...row, externalId: row.externalId ?? row.id }),
} satisfies Record<string, Vendor>

export type VendorName = keyof typeof vendors

/** The columns of the API; who has no external id is found again by the address. */
function ownShape(row: Row): ImportedUser {
  const primary = list(row.emails).find(({ isPrimary }) => truth(isPrimary)) ?? {}
  const email = text(row.email) ?? text(primary.email)
  return given({
    externalId: text(row.externalId) ?? email ?? '',
    email,
    emailVerified: truth(row.emailVerified) ?? truth(primary.isVerified),
    phoneNumber: phoneNumber(row.phoneNumber),
    username: text(row.username),
    passwordHash: text(row.passwordHash),
    password: text(row.password),
    isBanned: truth(row.isBanned),
    banReason: text(row.banReason),
    createdAt: time(row.createdAt),
    ...buckets(row.publicMetadata, row.privateMetadata, row.unsafeMetadata),
  })
}

/** The export of users (NDJSON), with `passwordHash` where their support has added it. */
function auth0(row: Row): ImportedUser {
  const id = row._id as { $oid?: unknown } | undefined
  const userId = text(row.user_id) ?? text(row.Id) ?? (text(id?.$oid) && `auth0|${text(id?.$oid)}`)
  return given({
    externalId: userId ?? '',
    email: text(row.email) ?? text(row.Email),
    emailVerified: truth(row.email_verified ?? row['Email Verified']),
    phoneNumber: truth(row.phone_verified) ? phoneNumber(row.phone_number) : undefined,
    username: text(row.username),
    passwordHash: text(row.passwordHash) ?? text(row.password_hash),
    isBanned: truth(row.blocked),
    createdAt: time(row.created_at ?? row['Created At']),
    ...buckets(
      profile(row, ['name', 'nickname', 'given_name', 'family_name', 'picture']),
      row.app_metadata,
      row.user_metadata,
    ),
  })
}

/** The CSV of the dashboard, with digests, or the JSON of their support or API. */
function clerk(row: Row): ImportedUser {
  const verified = listed(row.verified_email_addresses)
  const email = text(row.primary_email_address) ?? verified.find(Boolean)
  const numbers = listed(row.verified_phone_numbers)
  const number = text(row.primary_phone_number) ?? ''
  return given({
    externalId: text(row.id) ?? '',
    email,
    emailVerified: email === undefined ? undefined : verified.includes(email),
    phoneNumber: numbers.includes(number) ? phoneNumber(number) : undefined,
    username: text(row.username),
    passwordHash: clerkHash(text(row.password_digest), text(row.password_hasher)),
    isBanned: truth(row.banned),
    createdAt: time(row.created_at),
    ...buckets(
      { ...object(row.public_metadata), ...profile(row, ['first_name', 'last_name']) },
      row.private_metadata,
      row.unsafe_metadata,
    ),
  })
}

function listed(value: unknown): string[] {
  return (text(value) ?? '').split(/[|,;]/).map((one) => one.trim())
}

/** Clerk keeps the parameters of Firebase's hashes in the digest, one after the other. */
function clerkHash(digest: string | undefined, hasher: string | undefined): string | undefined {
  if (digest === undefined || hasher !== 'scrypt_firebase') return digest
  const [hash, salt, signerKey, saltSeparator, rounds, memCost] = digest.split('$')
  if (!hash || !salt || !signerKey || !memCost)
    throw new UnreadableRow('The digest of scrypt_firebase is not whole.')
  return firebaseHash(hash, salt, {
    signerKey,
    saltSeparator: saltSeparator ?? '',
    rounds: Number(rounds),
    memCost: Number(memCost),
  })
}

/** `firebase auth:export`, JSON or CSV. */
function firebase(row: Row, { hashParams }: VendorOptions): ImportedUser {
  const hash = text(row.passwordHash)
  const salt = text(row.salt)
  if (hash !== undefined && hashParams === undefined)
    throw new UnreadableRow('The user has a hash, and --hash-params does not say how it was made.')
  return given({
    externalId: text(row.localId) ?? '',
    email: text(row.email),
    emailVerified: truth(row.emailVerified),
    phoneNumber: phoneNumber(row.phoneNumber),
    passwordHash: hash && hashParams && firebaseHash(hash, salt ?? '', hashParams),
    isBanned: truth(row.disabled),
    createdAt: time(row.createdAt),
    ...buckets(profile(row, ['displayName', 'photoUrl']), row.customAttributes, undefined),
  })
}

function firebaseHash(hash: string, salt: string, params: FirebaseHashParams): string {
  const { memCost, rounds, saltSeparator, signerKey } = params
  const separator = saltSeparator === '' ? '' : `,ss=${saltSeparator}`
  return `$fbscrypt$v=1,n=${memCost},r=${rounds},p=1${separator},sk=${signerKey}$${salt}$${hash}`
}

/** The table `auth.users`, as CSV or as JSON. */
function supabase(row: Row): ImportedUser {
  const bannedUntil = time(row.banned_until)
  return given({
    externalId: text(row.id) ?? '',
    email: text(row.email),
    emailVerified: text(row.email_confirmed_at) !== undefined,
    phoneNumber: text(row.phone_confirmed_at) && phoneNumber(row.phone),
    passwordHash: text(row.encrypted_password),
    isBanned: bannedUntil === undefined ? undefined : Date.parse(bannedUntil) > Date.now(),
    createdAt: time(row.created_at),
    ...buckets(undefined, row.raw_app_meta_data, row.raw_user_meta_data),
  })
}

/** Only what a row has: what it does not have is not to be changed. */
function given<T extends object>(user: { [K in keyof T]: T[K] | undefined }): T {
  return Object.fromEntries(Object.entries(user).filter(([, value]) => value !== undefined)) as T
}

function text(value: unknown): string | undefined {
  if (typeof value === 'number') return String(value)
  return typeof value === 'string' && value !== '' ? value : undefined
}

/** Some vendors leave out the plus, and a spreadsheet may have been given an apostrophe before it. */
function phoneNumber(value: unknown): string | undefined {
  return text(value)?.replace(/^'?\+?(?=\d)/, '+')
}

function truth(value: unknown): boolean | undefined {
  if (typeof value === 'boolean') return value
  const words = { true: true, t: true, '1': true, false: false, f: false, '0': false } as const
  return words[String(value).toLowerCase() as keyof typeof words]
}

/** A time in any of the ways of the vendors: milliseconds since 1970, or a text that says a moment. */
function time(value: unknown): string | undefined {
  const said = text(value)
  if (said === undefined) return undefined
  const timeMs = /^\d{9,14}$/.test(said) ? Number(said) : Date.parse(said.replace(/ UTC$/, 'Z'))
  if (Number.isNaN(timeMs)) throw new UnreadableRow(`“${said.slice(0, 50)}” is no time.`)
  return new Date(timeMs).toISOString()
}

function list(value: unknown): Row[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'object' && item !== null) : []
}

/** A JSON object, also where a column of CSV has it as text. */
function object(value: unknown): Record<string, unknown> | undefined {
  if (value === undefined || value === null || value === '') return undefined
  let parsed = value
  try {
    if (typeof value === 'string') parsed = JSON.parse(value)
  } catch {}
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed))
    throw new UnreadableRow('A column of metadata holds no JSON object.')
  return parsed as Record<string, unknown>
}

function buckets(publicOnes: unknown, privateOnes: unknown, unsafeOnes: unknown) {
  return {
    publicMetadata: object(publicOnes),
    privateMetadata: object(privateOnes),
    unsafeMetadata: object(unsafeOnes),
  }
}

/** Fields that have no place of their own here, for the public bucket. */
function profile(row: Row, names: readonly string[]): Record<string, unknown> | undefined {
  const kept = names.filter((name) => text(row[name]) !== undefined).map((name) => [name, row[name]])
  return kept.length === 0 ? undefined : Object.fromEntries(kept)
}
