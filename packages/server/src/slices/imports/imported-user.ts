import {
  banReasonLengthMax,
  externalIdLengthMax,
  type ImportedUser,
  type ImportProblem,
  phoneNumberPattern,
  usernameLengthMax,
  usernamePattern,
} from '@claviger/contract'
import { fullFormats } from 'ajv-formats/dist/formats.js'
import { isoTime } from '#kernel/clock'
import { hashProblem, isOwnHash, metadataSizeBytesMax } from '#slices/users'

/** Why a user of a batch is left out. */
export interface Reason {
  readonly code: ImportProblem
  readonly detail: string
}

const emailLengthMax = 254
const passwordLengthMax = 1_024
const hashLengthMax = 1_024
const phoneNumberShape = new RegExp(phoneNumberPattern)
const usernameShape = new RegExp(usernamePattern, 'u')

/** What is wrong with a user in itself, whatever else there is; undefined for nothing. */
export function reasonAgainst(user: ImportedUser, nowMs: number): Reason | undefined {
  return reasonAgainstValues(user, nowMs) ?? reasonAgainstPassword(user) ?? reasonAgainstMetadata(user)
}

function reasonAgainstValues(user: ImportedUser, nowMs: number): Reason | undefined {
  const { externalId, email, username, phoneNumber, banReason, createdAt } = user
  if (externalId.length < 1 || externalId.length > externalIdLengthMax)
    return invalid('externalId', `must have 1–${externalIdLengthMax} characters`)
  if (isGiven(email) && (email.length > emailLengthMax || !isEmailAddress(email)))
    return invalid('email', 'is no email address')
  if (isGiven(username) && (username.length > usernameLengthMax || !usernameShape.test(username)))
    return invalid('username', `must be 1–${usernameLengthMax} letters, digits, \`.\`, \`_\` and \`-\``)
  if (isGiven(phoneNumber) && !phoneNumberShape.test(phoneNumber))
    return invalid('phoneNumber', 'must be a number in E.164, such as +4915112345678')
  if (isGiven(banReason) && banReason.length > banReasonLengthMax)
    return invalid('banReason', `must have at most ${banReasonLengthMax} characters`)
  if (isGiven(createdAt) && !isPast(createdAt, nowMs))
    return invalid('createdAt', 'must be a time of ISO 8601, with its zone, that has passed')
  return undefined
}

function reasonAgainstPassword({ password, passwordHash }: ImportedUser): Reason | undefined {
  if (isGiven(password) && isGiven(passwordHash))
    return { code: 'ambiguous_password', detail: 'Give the password or its hash, not both.' }
  if (isGiven(password) && (password.length < 1 || password.length > passwordLengthMax))
    return invalid('password', `must have 1–${passwordLengthMax} characters`)
  if (!isGiven(passwordHash) || isOwnHash(passwordHash)) return undefined
  const problem =
    passwordHash.length > hashLengthMax
      ? `is longer than ${hashLengthMax} characters`
      : hashProblem(passwordHash)
  return problem === undefined
    ? undefined
    : { code: 'unusable_password_hash', detail: `The hash of the password ${problem}.` }
}

function reasonAgainstMetadata(user: ImportedUser): Reason | undefined {
  for (const bucket of ['publicMetadata', 'privateMetadata', 'unsafeMetadata'] as const) {
    if (Buffer.byteLength(JSON.stringify(user[bucket] ?? {})) <= metadataSizeBytesMax) continue
    const detail = `The bucket ${bucket} is larger than ${metadataSizeBytesMax} bytes of JSON.`
    return { code: 'metadata_too_large', detail }
  }
  return undefined
}

function invalid(field: string, what: string): Reason {
  return { code: 'invalid_value', detail: `\`${field}\` ${what}.` }
}

export function isGiven<T>(value: T | null | undefined): value is T {
  return value !== null && value !== undefined
}

function isEmailAddress(text: string): boolean {
  return (fullFormats.email as RegExp).test(text)
}

const instant = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/

function isPast(text: string, nowMs: number): boolean {
  const timeMs = Date.parse(text)
  return instant.test(text) && timeMs <= nowMs && isoTime(timeMs) >= '0001'
}
