import { type ApiKey, errors } from '@claviger/contract'
import { isoTime } from '#kernel/clock'
import { invalid } from '#kernel/failure'
import { checkBucket } from '#kernel/metadata'
import { hashSecret, makeSecret } from '#kernel/secret'
import { canonicalNetworks } from './networks.js'

type CreditRefill = NonNullable<ApiKey['creditRefill']>

/** What is said of a key, and may be changed. */
export interface Terms {
  readonly name: string
  readonly scopes: readonly string[]
  readonly enabled: boolean
  readonly expiresAt: string | null
  readonly ipAllowList: readonly string[] | null
  readonly rateLimitPerMinute: number | null
  readonly credits: number | null
  readonly creditRefill: CreditRefill | null
  readonly metadata: Record<string, unknown>
}

/** The same as a body has it: what it does not name stays. */
export type GivenTerms = { readonly [Term in keyof Terms]?: Terms[Term] | undefined }

/** A key that nothing is said of may nothing, and is not limited. */
export const defaultTerms: Omit<Terms, 'name'> = {
  scopes: [],
  enabled: true,
  expiresAt: null,
  ipAllowList: null,
  rateLimitPerMinute: null,
  credits: null,
  creditRefill: null,
  metadata: {},
}

/** The terms of a body over those that were there before, in the form in which they are kept. */
export function withGiven(before: Terms, given: GivenTerms, pointer = ''): Terms {
  const { expiresAt, ipAllowList, ...terms } = { ...before, ...given } as Terms
  checkBucket('metadata', terms.metadata)
  if (terms.creditRefill && terms.credits === null) {
    const detail = 'must be a number where there is a `creditRefill`: only what is limited is filled up'
    throw invalid(errors.invalid_request, [{ pointer: `${pointer}/credits`, code: 'required', detail }])
  }
  return {
    ...terms,
    expiresAt: expiresAt && isoTime(Date.parse(expiresAt)),
    ipAllowList: ipAllowList && canonicalNetworks(ipAllowList, `${pointer}/ipAllowList`),
  }
}

const prefixLength = 16
const suffixLength = 4

/** What is kept of a secret: what finds it, and what people recognise it by. */
export interface KeptSecret {
  readonly hash: Buffer
  readonly prefix: string | null
  readonly suffix: string | null
}

/** Makes the secret of a key of this environment, `k_live_…` or `k_test_…`. */
export function makeKey(environmentName: 'live' | 'test'): { secret: string; kept: KeptSecret } {
  const secret = makeSecret(`k_${environmentName}_`)
  const kept = {
    hash: hashSecret(secret),
    prefix: secret.slice(0, prefixLength),
    suffix: secret.slice(-suffixLength),
  }
  return { secret, kept }
}
