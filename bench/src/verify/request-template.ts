import { seedKeyLength } from './seed-key.js'
import type { VerifyJob } from './verify-job.js'

/** The bytes of a request with room for a key, and where in them the key is to be written. */
export function requestTemplate(
  { path, headers, property }: Pick<VerifyJob, 'path' | 'headers' | 'property'>,
  url: string,
): { readonly request: Buffer; readonly keyStart: number } {
  const { host, hostname } = new URL(url)
  if (hostname !== '127.0.0.1') throw new Error(`Load goes to 127.0.0.1 only, not to ${url}.`)
  const beforeKey = `{${JSON.stringify(property)}:"`
  const body = `${beforeKey}${' '.repeat(seedKeyLength)}"}`
  const sent = { host, 'content-type': 'application/json', 'content-length': body.length, ...headers }
  const lines = Object.entries(sent).map(([name, value]) => `${name}: ${value}\r\n`)
  const head = `POST ${path} HTTP/1.1\r\n${lines.join('')}\r\n`
  return { request: Buffer.from(head + body, 'latin1'), keyStart: head.length + beforeKey.length }
}
