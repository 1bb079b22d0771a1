import { errors } from '@claviger/contract'
import { fail, invalid } from '#kernel/failure'
import { header, type WireRequest } from './wire.js'

export interface ClientCredentials {
  readonly clientId: string
  readonly clientSecret: string
}

/** Reads the client id and secret of a request from its header or its form (RFC 6749 section 2.3.1), not from both. */
export function clientCredentialsOf(request: WireRequest): ClientCredentials {
  const { client_id: clientId, client_secret: clientSecret } = (request.body ?? {}) as Record<string, unknown>
  for (const [name, value] of Object.entries({ client_id: clientId, client_secret: clientSecret })) {
    if (Array.isArray(value)) throw refused(name, 'is there twice')
  }
  const authorization = header(request, 'authorization')
  if (authorization === undefined) {
    if (typeof clientId !== 'string' || typeof clientSecret !== 'string') throw fail(errors.invalid_client)
    return { clientId, clientSecret }
  }
  const basic = basicOf(authorization)
  if (!basic) throw fail(errors.invalid_client)
  if (clientSecret !== undefined) throw refused('client_secret', 'is in the header and in the form')
  if (clientId !== undefined && clientId !== basic.clientId)
    throw refused('client_id', 'is not that of the header')
  return basic
}

/** Both parts are encoded as in a form before they are put together, which few clients have to notice. */
function basicOf(authorization: string): ClientCredentials | undefined {
  const [, encoded = ''] = /^Basic +([\w+/-]+={0,2}) *$/i.exec(authorization) ?? []
  const [, id = '', secret = ''] = /^([^:]*):(.*)$/s.exec(Buffer.from(encoded, 'base64').toString()) ?? []
  const clientId = formDecoded(id)
  const clientSecret = formDecoded(secret)
  return clientId && clientSecret ? { clientId, clientSecret } : undefined
}

function formDecoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    return undefined
  }
}

function refused(field: string, detail: string) {
  return invalid(errors.invalid_request, [{ pointer: `/${field}`, code: 'client_authentication', detail }])
}
