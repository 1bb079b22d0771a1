import type { Call } from '#kernel/call'
import type { Transaction } from '#kernel/queries'
import { pretendEmail, queueEmail } from '#slices/emails'
import { findByPhoneNumber, findCredentials } from '#slices/users'
import { issueCode, issueLink, lifetimes, sendSmsCode } from '#slices/verifications'
import { linkTo } from './link.js'

const pageOf = {
  password_reset: 'passwordReset',
  magic_link: 'magicLink',
  email_verification: 'emailVerification',
} as const

/** Whom an address belongs to, if that is someone who may come in. */
async function recipientOf(call: Call, email: string): Promise<string | null> {
  const found = await findCredentials(call.read, email)
  return found && !found.is_banned ? found.id : null
}

/** Mails a link to an address if someone has it; does the same work if nobody does. */
export async function sendLinkTo(call: Call, email: string, purpose: keyof typeof pageOf): Promise<void> {
  const userId = await recipientOf(call, email)
  await call.tx((tx) => sendLink(call, tx, { email, userId, purpose }))
}

export async function sendLink(
  call: Call,
  tx: Transaction,
  to: { readonly email: string; readonly userId: string | null; readonly purpose: keyof typeof pageOf },
): Promise<void> {
  const { email, userId, purpose } = to
  const token = await issueLink(tx, { purpose, identifier: email, userId })
  const data = { url: linkTo(call, pageOf[purpose], token), minutes: lifetimes[purpose] }
  await (userId === null ? pretendEmail : queueEmail)(call, tx, { to: email, kind: purpose, data })
}

/** Mails a code as `sendLinkTo` mails a link. */
export async function sendCodeTo(call: Call, email: string): Promise<void> {
  const userId = await recipientOf(call, email)
  await call.tx(async (tx) => {
    const code = await issueCode(call, tx, { purpose: 'email_code', identifier: email, userId })
    const data = { code, minutes: lifetimes.email_code }
    await (userId === null ? pretendEmail : queueEmail)(call, tx, { to: email, kind: 'email_code', data })
  })
}

/** Sends a code by SMS as `sendCodeTo` mails one: only a number that somebody has is sent anything. */
export async function sendSmsCodeTo(call: Call, phoneNumber: string): Promise<void> {
  const found = await findByPhoneNumber(call.read, phoneNumber)
  const userId = found && !found.is_banned ? found.id : null
  await call.tx((tx) => sendSmsCode(call, tx, { purpose: 'sms_code', phoneNumber, userId }))
}
