import { api, errors, keyTokenLifetimeSecondsDefault, type Verification } from '@claviger/contract'
import { implement } from '#kernel/endpoint'
import { type Failure, fail } from '#kernel/failure'
import { newId } from '#kernel/ids'
import { hashSecret } from '#kernel/secret'
import { type Verifier, verify } from '#slices/key-verifications'
import { signToken } from '#slices/signing-keys'
import * as store from './store.js'

/** Gives whoever holds a key a token that says what a verification would have told its API. */
export const exchangeApiKey = (verifier: Verifier) =>
  implement(api.apiKeyTokens.exchangeApiKey).handler(async (call, { body }) => {
    const { apiKey, audience, lifetimeSeconds = keyTokenLifetimeSecondsDefault } = body
    const ipAddress = call.client.ipAddress ?? undefined
    const wanted = { environmentId: call.environment.id, apiId: undefined, audience, ipAddress }
    const verification = await verify(verifier, call, await verifier.find(apiKey), wanted, 1)
    if (!verification.valid) throw refusal(verification)
    const key = await store.findWorkingKey(call.read, hashSecret(apiKey))
    // It ended just now.
    if (!key) throw fail(errors.api_key_refused, { verificationCode: 'revoked' })
    // Nobody is the audience of such a token, least of all this server.
    if (key.audience === null) throw fail(errors.api_key_refused, { verificationCode: 'wrong_audience' })

    const nowMs = call.clock.now()
    const endsInMs = key.ends_at === null ? Number.POSITIVE_INFINITY : Date.parse(key.ends_at) - nowMs
    const expiresIn = Math.max(0, Math.min(lifetimeSeconds, Math.floor(endsInMs / 1_000)))
    const claims = {
      // By this, its type and its audience nobody takes it for a token of another use.
      token_use: 'api_key',
      env: call.environment.id,
      aud: key.audience,
      // RFC 9068 section 2.2: who the token stands for, and the client that asked for it.
      sub: key.user_id ?? key.id,
      client_id: key.id,
      jti: newId(),
      scope: key.scopes.join(' '),
      scp: key.scopes,
      key_id: key.id,
      key_version: key.token_version,
      ...(key.user_id !== null && { user_id: key.user_id }),
      ...(key.organization_id !== null && { org_id: key.organization_id }),
    }
    const { token } = await signToken(call, 'at+jwt', claims, expiresIn)
    return { token, tokenType: 'Bearer' as const, expiresIn }
  })

/** Who holds a key is told why it is not good; of one that nobody knows there is nothing to tell. */
function refusal({ code, rateLimit }: Verification): Failure {
  return fail(errors.api_key_refused, {
    verificationCode: code,
    ...(code === 'rate_limited' && rateLimit && { retryAfterSeconds: rateLimit.resetSeconds }),
  })
}
