/**
 * Makes the value that every failed admin call throws: a plain `Error` with two properties more.
 *
 * It is built from the answer alone, so the secret key of the request cannot appear in it.
 *
 * @param status HTTP status code of the answer.
 * @param body Parsed JSON of the answer, or null. Its `message`, where there is one, becomes the error's.
 */
export function adminError(status: number, body: unknown): Error & { status: number; body: unknown } {
  const message = (body as { message?: unknown } | null)?.message ?? `kolaylogin_admin_${status}`
  return Object.assign(new Error(String(message)), { status, body })
}
