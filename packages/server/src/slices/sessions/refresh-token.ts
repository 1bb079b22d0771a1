import { createHmac, randomBytes } from 'node:crypto'
import type { Call } from '#kernel/call'
import { parseId } from '#kernel/ids'
import { equalSecrets } from '#kernel/secret'
import * as store from './store.js'

const purpose = 'refresh-token'
const keyLength = 32
const generationLength = 4

/** The MAC keys of environments by id. A key never changes, so what is remembered cannot be stale. */
const keys = new Map<string, Buffer>()
const keysMax = 1_000

/**
 * Makes the refresh token of one generation of a session: `<session id>.<generation and its MAC>`. Nothing of
 * it is stored: whoever reads the database cannot make one, and a guess is refused before any row is read.
 */
export async function refreshToken(call: Call, sessionId: string, generation: number): Promise<string> {
  const numbered = Buffer.alloc(generationLength)
  numbered.writeUInt32BE(generation)
  const mac = createHmac('sha256', await macKey(call))
    .update(sessionId)
    .update(numbered)
    .digest()
  return `${sessionId}.${Buffer.concat([numbered, mac]).toString('base64url')}`
}

/** Reads a refresh token; undefined unless this server made it for this environment. */
export async function readRefreshToken(
  call: Call,
  token: string,
): Promise<{ sessionId: string; generation: number } | undefined> {
  const [id = '', secret = '', ...rest] = token.split('.')
  const sessionId = parseId(id)
  const bytes = Buffer.from(secret, 'base64url')
  if (!sessionId || rest.length > 0 || bytes.length !== generationLength + keyLength) return undefined
  const generation = bytes.readUInt32BE(0)
  const genuine = await refreshToken(call, sessionId, generation)
  return equalSecrets(Buffer.from(genuine), Buffer.from(token)) ? { sessionId, generation } : undefined
}

async function macKey(call: Call): Promise<Buffer> {
  const environmentId = call.environment.id
  const known = keys.get(environmentId)
  if (known) return known
  const context = `environment-secret/${environmentId}/${purpose}`
  const sealed = await call.tx(async (tx) => {
    await store.insertSecret(tx, purpose, call.seal.seal(randomBytes(keyLength), context))
    return store.findSecret(tx, purpose)
  })
  const key = call.seal.open(sealed, context)
  if (keys.size >= keysMax) keys.clear()
  keys.set(environmentId, key)
  return key
}
