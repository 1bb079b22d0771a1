import type { VerificationCode } from '@claviger/contract'
import { ipNetwork } from '#kernel/ip-network'
import type { FoundKey } from './store.js'

/** What whoever verifies a key wants of it. */
export interface Wanted {
  readonly environmentId: string
  /** The only API whose keys the caller may know; undefined for all. */
  readonly apiId: string | undefined
  readonly audience?: string | undefined
  readonly scopes?: readonly string[] | undefined
  readonly ipAddress?: string | undefined
}

/** Whether the caller may know that there is such a key. */
export function mayKnow(key: FoundKey, { environmentId, apiId }: Wanted): boolean {
  return key.environment_id === environmentId && (apiId === undefined || key.api_id === apiId)
}

/** What stands against a key, as far as it stands in the key itself; `valid` as long as no limit does. */
export function judgeKey(key: FoundKey, wanted: Wanted): VerificationCode {
  if (key.status !== 'active') return key.status
  if (wanted.audience !== undefined && wanted.audience !== key.audience) return 'wrong_audience'
  if (wanted.scopes?.some((scope) => !key.scopes.includes(scope))) return 'insufficient_scope'
  if (key.ip_allow_list && !isAmong(wanted.ipAddress, key.ip_allow_list)) return 'ip_refused'
  return 'valid'
}

/** Whether an address is in one of the networks, which are kept in canonical form. */
function isAmong(address: string | undefined, networks: readonly string[]): boolean {
  if (address === undefined) return false
  return networks.some((network) => {
    const bits = Number(network.slice(network.indexOf('/') + 1))
    return ipNetwork(address, { ipv4: bits, ipv6: bits }) === network
  })
}
