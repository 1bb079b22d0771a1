import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { implementations } from '../testing/implementations.js'
import { type RecordingServer, startRecordingServer } from '../testing/recording-server.js'
import { type SessionKey, sessionKey } from '../testing/session-keys.js'

const claims = { sid: 's1', sub: 'u1', env: 'e1', iss: 'https://id.example.com' }
const missing = { ok: false, status: 401, reason: 'missing_session' }
const invalid = { ok: false, status: 401, reason: 'invalid_session' }

let server: RecordingServer
let key: SessionKey

beforeAll(async () => {
  server = await startRecordingServer()
  key = await sessionKey('RS256', 'k1')
})
beforeEach(() => {
  server.reset()
  server.answer = () => ({ status: 200, body: { keys: [key.publicJwk] } })
})
afterAll(() => server.close())

describe.each(implementations)('requireSession of $name', ({ name, library }) => {
  const requireSession = (cookie: string | undefined, issuer?: string) =>
    library.requireSession({ headers: { cookie } }, { baseUrl: server.url, issuer })

  it('gives the session of a signed-in user', async () => {
    const result = await requireSession(`__session=${await key.sign(claims)}`, claims.iss)
    expect(result).toEqual({ ok: true, session: expect.objectContaining(claims) })
  })

  it('says missing_session without the cookie', async () => {
    expect(await requireSession(undefined)).toEqual(missing)
    expect(await requireSession('__client=x')).toEqual(missing)
    expect(await library.requireSession({}, { baseUrl: server.url })).toEqual(missing)
  })

  it('says invalid_session for a token that does not verify', async () => {
    expect(await requireSession('__session=abc')).toEqual(invalid)
    expect(await requireSession('__session=%E0')).toEqual(invalid)
    expect(await requireSession(`__session=${await key.sign(claims, -1)}`)).toEqual(invalid)
    expect(await requireSession(`__session=${await key.sign(claims)}`, 'https://other')).toEqual(invalid)
  })

  it('says invalid_session if the keys of the server are out of reach', async () => {
    server.answer = () => ({ status: 503 })
    const cookie = `__session=${await key.sign(claims)}`
    const baseUrl = `${server.url}/down/${encodeURIComponent(name)}`
    expect(await library.requireSession({ headers: { cookie } }, { baseUrl })).toEqual(invalid)
    expect(await library.requireSession({ headers: { cookie } }, { baseUrl: 'not a url' })).toEqual(invalid)
  })
})
