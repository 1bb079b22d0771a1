import type { Call } from '#kernel/call'
import type { Transaction } from '#kernel/queries'
import { pretendTextMessage, queueTextMessage } from '#slices/text-messages'
import { issueCode } from './issue.js'
import { lifetimes } from './verification.js'

/** Sends a code to a number if there is somebody to send it to; does the same work if there is nobody. */
export async function sendSmsCode(
  call: Call,
  tx: Transaction,
  to: {
    readonly purpose: 'sms_code' | 'phone_number_verification'
    readonly phoneNumber: string
    readonly userId: string | null
  },
): Promise<void> {
  const { purpose, phoneNumber, userId } = to
  const code = await issueCode(call, tx, { purpose, identifier: phoneNumber, userId })
  const send = userId === null ? pretendTextMessage : queueTextMessage
  await send(call, tx, { to: phoneNumber, kind: purpose, data: { code, minutes: lifetimes[purpose] } })
}
