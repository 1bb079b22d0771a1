import { realTiming, type Timing } from '../timing.js'
import { type Adapters, adaptersOf } from './adapters.js'
import { offlineCheck } from './offline.js'
import { onlineCheck } from './online.js'
import { type ApiKeyVerifierOptions, settleVerifier } from './settings.js'
import { refuse, type Verdict } from './verdict.js'

/** What one request needs. */
export interface Needs {
  /** Scopes beside those that every request needs. */
  readonly scopes?: readonly string[] | undefined
  /** Online: the address that it came from. A key with an allow-list needs one. */
  readonly ipAddress?: string | undefined
  /** Online: the credits that it costs; 1 when absent. */
  readonly cost?: number | undefined
}

/** Verifies the credentials of requests to one API. It keeps what it fetched, so make one and keep it. */
export interface ApiKeyVerifier extends Adapters {
  /** Verifies a credential; never rejects. What cannot be verified is refused. */
  verify(credential: string, needs?: Needs): Promise<Verdict>
}

/**
 * Makes a verifier of the API keys that your customers call your API with.
 *
 * @param options Which API it is, where the server is, and whether it is asked about each request.
 * @param timing For tests: the time to use instead of the real one.
 * @throws {ClavigerError} For options that cannot work.
 *
 * @example
 * const keys = createApiKeyVerifier({ mode: 'online', audience: 'https://api.example.com' })
 * app.get('/users', keys.express({ scopes: ['read:users'] }), (req, res) => res.json(keys.identityOf(req)))
 */
export function createApiKeyVerifier(
  options: ApiKeyVerifierOptions,
  timing: Pick<Timing, 'now'> = realTiming,
): ApiKeyVerifier {
  const settings = settleVerifier(options, () => timing.now())
  const check = options.mode === 'online' ? onlineCheck(settings) : offlineCheck(settings)

  async function verify(credential: string, needs: Needs = {}): Promise<Verdict> {
    const scopes = [...new Set([...(options.scopes ?? []), ...(needs.scopes ?? [])])]
    try {
      return await check(credential, { ...needs, scopes })
    } catch (error) {
      options.onError?.(error)
      return refuse('unavailable')
    }
  }

  return { verify, ...adaptersOf(verify) }
}
