import { isAllowedOrigin } from '#kernel/allowed-origin'

export const tokenPrefix = 'pl_'
export const sessionPrefix = 'ps_'

/** Only pages of the environment's origins and of our own: a link of this server that led elsewhere would lend its name. */
export function isAllowedReturn(text: string, allowed: readonly string[], publicUrl: string): boolean {
  if (!URL.canParse(text)) return false
  const { protocol, origin, username, password } = new URL(text)
  if (!/^https?:$/.test(protocol) || username || password) return false
  return isAllowedOrigin(origin, allowed, new URL(publicUrl).origin)
}
