import { type IncomingHttpHeaders, request } from 'node:http'
import { connect } from 'node:net'
import { type ErrorDefinition, errors } from '@claviger/contract'
import { expect } from 'vitest'

/** An answer with nothing of it interpreted. */
export interface RawAnswer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly text: string
}

export interface RawRequest {
  readonly method?: string
  readonly path: string
  readonly headers?: Record<string, string | string[]>
  readonly body?: string | Buffer
}

/** Sends a request as it is: fetch would correct the path, refuse a body, or add headers. */
export function send(baseUrl: string, { method = 'GET', path, headers = {}, body }: RawRequest) {
  return new Promise<RawAnswer>((resolve, reject) => {
    const { hostname, port } = new URL(baseUrl)
    const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }
    const sent = request(
      { hostname, port, method, path, headers: { ...length, ...headers }, agent: false },
      (response) => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk))
        response.on('error', reject)
        response.on('end', () => {
          const { statusCode = 0, headers: told } = response
          resolve({ status: statusCode, headers: told, text: Buffer.concat(chunks).toString() })
        })
      },
    )
    sent.on('error', reject)
    sent.end(body)
  })
}

/** Writes bytes that need not be HTTP, and answers what came back until the server hung up. */
export function sendBytes(baseUrl: string, bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(baseUrl)
    const socket = connect(Number(port), hostname, () => socket.write(bytes))
    let text = ''
    socket.setEncoding('utf8').on('data', (chunk) => {
      text += chunk
    })
    socket.on('error', reject).on('close', () => resolve(text))
  })
}

const members = [
  'type',
  'title',
  'status',
  'detail',
  'code',
  'requestId',
  'errors',
  'message',
  'statusCode',
  'error',
]
/** What only the inside of the server knows: traces, files, statements and names of the database. */
const inside = [
  /\n\s+at |\.[cm]?[jt]s:\d|node_modules|packages\//,
  /SQLSTATE|violates|claviger_app|relation "|syntax error at|invalid (input syntax|byte sequence)/,
  /Cannot read prop|is not a function/,
]

/** An error has exactly the documented members, and tells nothing of the inside of the server. */
export function expectProblem(answer: RawAnswer, status: number, code: string) {
  expect(answer.text).toContain(`"code":"${code}"`)
  expect(answer.status).toBe(status)
  expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8')
  const problem = JSON.parse(answer.text)
  const { extensions = {} }: ErrorDefinition = errors[code as keyof typeof errors]
  expect(Object.keys(problem)).toEqual([...members, ...Object.keys(extensions)])
  expect(problem).toMatchObject({ type: `urn:claviger:error:${code}`, status, statusCode: status, code })
  expect(problem.requestId).toBe(answer.headers['x-request-id'])
  for (const member of ['title', 'detail', 'message', 'error']) expect(problem[member]).toMatch(/\S/)
  for (const pattern of inside) expect(answer.text).not.toMatch(pattern)
  return problem
}
