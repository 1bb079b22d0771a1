import type { Fields } from './fields.js'

export const resetMailed = 'Password reset email sent'

/** Whether a mail is to be sent, by the flag of the documents or by that of the server. */
export function isMailed(fields: Fields): boolean {
  return fields.boolean('send_email') ?? !(fields.boolean('skip_email') ?? false)
}
