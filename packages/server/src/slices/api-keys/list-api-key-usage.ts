import { api, errors } from '@claviger/contract'
import { isoTime } from '#kernel/clock'
import { implement } from '#kernel/endpoint'
import { fail, invalid } from '#kernel/failure'
import * as store from './store.js'

const dayMs = 86_400_000
const defaultDays = 30
const daysMax = 366

/** Tells how often a key was found valid, by the hour. */
export const listApiKeyUsage = implement(api.apiKeys.listApiKeyUsage).handler(
  async (call, { params, query }) => {
    const untilMs = query.until === undefined ? call.clock.now() : Date.parse(query.until)
    const fromMs = query.from === undefined ? untilMs - defaultDays * dayMs : Date.parse(query.from)
    if (untilMs - fromMs > daysMax * dayMs) {
      const detail = `must be at most ${daysMax} days before \`until\`; ask for one part after the other`
      throw invalid(errors.invalid_request, [{ pointer: '/from', code: 'too_early', detail }])
    }
    if (!(await store.findKey(call.read, params.apiKeyId))) throw fail(errors.api_key_not_found)
    const range = { from: isoTime(fromMs), until: isoTime(untilMs) }
    const usage = await store.listUsage(call.read, params.apiKeyId, range)
    return { usage, total: usage.reduce((sum, { verifications }) => sum + verifications, 0) }
  },
)
