import { claviger } from '../contenders/claviger.js'
import type { RequestSpec, RunningServer } from '../contenders/contender.js'
import { postJson } from '../wires/wire.js'
import type { AskContender, Comparison } from './comparison.js'
import { fetchAnswer } from './verify-answers.js'

/** The price of a credential may be a quarter of what the server answers without one. */
const rateTarget = 0.75

const userCount = 10_000
// More than any window of load: what is measured is the counting, not the refusing.
const limitOutOfReach = 1_000_000_000

const signingKeysPath = '/v1/admin/signing-keys'
const keySetPath = '/.well-known/jwks.json'
const environmentPath = '/v1/admin/environment'

/** Claviger with keys against itself without. */
export const keys: Comparison = {
  name: 'keys',
  title: 'What a key costs a request',
  sides: [
    { contender: { ...claviger, name: 'Claviger with' }, userCount },
    { contender: { ...claviger, name: 'Claviger without' }, userCount },
  ],
  measurements: [
    {
      title: 'Read the signing keys, with a service key',
      questions: [withKey(signingKeysPath, 'signingKeys'), anonymously(keySetPath, 'keys')],
      targets: [{ figure: 'rate', atLeast: rateTarget }],
    },
    {
      title: 'Read the key set, with a publishable key',
      questions: [asPage(keySetPath, 'keys'), anonymously(keySetPath, 'keys')],
      targets: [{ figure: 'rate', atLeast: rateTarget }],
    },
    {
      title: 'Answer what asks the database nothing else, with a service key',
      questions: [withKey(environmentPath, 'environment'), anonymously('/livez', 'status')],
    },
    {
      title: 'Answer a service key, with a limit of its own',
      questions: [withLimitedKey(environmentPath, 'environment'), withKey(environmentPath, 'environment')],
    },
  ],
  fairness: [
    'Both sides are the same program: one is asked with what the measurement names, the other without it.',
    'Signing keys: the service key reads its list of them, which has a total and pages; without a key they are ' +
      'read as key set. Both find their environment in the database, by the key and by its name.',
    'The key set is the same answer of the same handler; a publishable key is recognised by the same look-up as ' +
      'a service key. This is the figure for the look-up itself.',
    'Against a request that asks the database nothing, a key looks most expensive: its look-up is then all the ' +
      'work there is. No call that does something is like that.',
    'All requests with the limited key count in one row, which is the worst case for the row and the best for the ' +
      'statement: those that come together are counted in one.',
  ],
}

/** By the service key that requests of the server carry. */
function withKey(path: string, property: string): AskContender {
  return () => [ask({ method: 'GET', path }, property)]
}

function anonymously(path: string, property: string): AskContender {
  return () => [ask({ method: 'GET', path, isAnonymous: true }, property)]
}

function asPage(path: string, property: string): AskContender {
  return async (_, server) => {
    const headers = { 'x-publishable-key': await makeKey(server, { name: 'Page', kind: 'publishable' }) }
    return [ask({ method: 'GET', path, headers, isAnonymous: true }, property)]
  }
}

function withLimitedKey(path: string, property: string): AskContender {
  return async (_, server) => {
    const secret = await makeKey(server, { name: 'Limited', rateLimitPerMinute: limitOutOfReach })
    const headers = { authorization: `Bearer ${secret}` }
    return [ask({ method: 'GET', path, headers, isAnonymous: true }, property)]
  }
}

async function makeKey(server: RunningServer, body: Readonly<Record<string, unknown>>): Promise<string> {
  const { secret } = JSON.parse(await fetchAnswer(server, postJson('/v1/admin/secret-keys', body)))
  return secret
}

function ask(request: RequestSpec, property: string) {
  const verify = (body: unknown) => {
    const value = (body as Readonly<Record<string, unknown>>)[property]
    if (value === undefined || (Array.isArray(value) && value.length === 0))
      throw new Error(`${request.path} answered no ${property}.`)
  }
  return { request, verify }
}
