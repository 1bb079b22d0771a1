import { STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import { errors } from '@claviger/contract'
import { type Failure, fail } from '#kernel/failure'
import { newId } from '#kernel/ids'
import { problemBody } from './problem.js'

/** Answers on the bare socket what is no HTTP, or did not arrive in time: there is no request to reply to. */
export function refuseUnreadable(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy()
    return
  }
  const failure = explain(error)
  const requestId = newId()
  const body = problemBody(failure, requestId)
  const { status } = failure.definition
  const text = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'content-type: application/problem+json; charset=utf-8',
    `content-length: ${Buffer.byteLength(body)}`,
    `x-request-id: ${requestId}`,
    'cache-control: no-store',
    'connection: close',
    '',
    body,
  ].join('\r\n')
  // A client that does not hang up must not keep the connection.
  socket.end(text, () => socket.destroy())
}

function explain(error: NodeJS.ErrnoException): Failure {
  switch (error.code) {
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return fail(errors.request_timeout)
    case 'HPE_HEADER_OVERFLOW':
      return fail(errors.invalid_request, { problems: 'its headers are too large' })
    default:
      return fail(errors.invalid_request, { problems: 'it is not HTTP that can be read' })
  }
}
