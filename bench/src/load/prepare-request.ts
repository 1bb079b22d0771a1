import type { RequestSpec } from '../contenders/contender.js'

/** Stands in the path or the body of a request for a text that no other request of the round has. */
export const uniqueMark = '{unique}'

/** Whether a request must be made anew each time that it is sent. */
export function isUnique({ path, body }: RequestSpec): boolean {
  return path.includes(uniqueMark) || (body?.includes(uniqueMark) ?? false)
}

/** Puts a text in place of the mark; a request without the mark comes back as it was. */
export function withUnique<Request extends { path: string; body?: string }>(
  request: Request,
  text: string,
): Request {
  const { path, body } = request
  return {
    ...request,
    path: path.replaceAll(uniqueMark, text),
    ...(body !== undefined && { body: body.replaceAll(uniqueMark, text) }),
  }
}

/** The headers that a request leaves with: its own win over those of the credential. */
export function headersOf(
  { headers, isAnonymous = false }: RequestSpec,
  credential: Readonly<Record<string, string>>,
): Record<string, string> {
  return { ...(isAnonymous ? {} : credential), ...headers }
}
