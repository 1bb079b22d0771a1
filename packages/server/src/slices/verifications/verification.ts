/** What a proof is for; a link for one thing is worth nothing for another. */
export type Purpose =
  | 'password_reset'
  | 'user_invitation'
  | 'magic_link'
  | 'email_code'
  | 'email_verification'
  | 'sms_code'
  | 'phone_number_verification'
  | 'administrator_invitation'
  | 'administrator_recovery'

/** How long links and codes work, in minutes. */
export const lifetimes: Readonly<Record<Purpose, number>> = {
  password_reset: 30,
  user_invitation: 7 * 24 * 60,
  magic_link: 15,
  email_code: 10,
  email_verification: 24 * 60,
  sms_code: 10,
  phone_number_verification: 10,
  administrator_invitation: 7 * 24 * 60,
  administrator_recovery: 15,
}

export const tokenPrefix = 'ver_'
export const guessesMax = 10
export const guessWindowSeconds = 15 * 60

/** The context that a code is sealed in: it is of no use in another row. */
export function codeContext(environmentId: string, id: string): string {
  return `verification-code/${environmentId}/${id}`
}
