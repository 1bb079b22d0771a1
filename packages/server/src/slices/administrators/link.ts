import type { Call } from '#kernel/call'

/** The link to the page that asks for a password. The token is in the fragment, which browsers send to nobody. */
export function linkTo(call: Call, token: string): string {
  return `${call.publicUrl}/auth/administrator#token=${token}`
}
