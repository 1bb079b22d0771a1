/** Whether a page of this origin may use the environment with its visitors' cookies. */
export function isAllowedOrigin(origin: string, allowed: readonly string[], publicOrigin: string): boolean {
  if (origin === publicOrigin) return true
  return allowed.some((entry) =>
    entry.endsWith(':*')
      ? origin.replace(/:\d+$/, '') === entry.slice(0, -2).toLowerCase()
      : origin === entry.toLowerCase(),
  )
}
