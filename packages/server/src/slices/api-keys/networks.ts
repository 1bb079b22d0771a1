import { isIP } from 'node:net'
import { errors } from '@claviger/contract'
import { invalid } from '#kernel/failure'
import { ipNetwork } from '#kernel/ip-network'

/** Networks in the one form that `ipNetwork` gives, so that an address is in one if its own network is the same text. */
export function canonicalNetworks(networks: readonly string[], pointer: string): string[] {
  const canonical = networks.map((network, i) => {
    const found = canonicalNetwork(network)
    if (found) return found
    const detail = 'must be an IPv4 or IPv6 address, or a network such as 203.0.113.0/24 or 2001:db8::/32'
    throw invalid(errors.invalid_request, [{ pointer: `${pointer}/${i}`, code: 'not_a_network', detail }])
  })
  return [...new Set(canonical)]
}

function canonicalNetwork(network: string): string | undefined {
  const [address = '', prefix, ...rest] = network.split('/')
  const version = isIP(address)
  if (version === 0 || rest.length > 0) return undefined
  const width = version === 4 ? 32 : 128
  const bits = prefix === undefined ? width : Number(prefix)
  if (!(Number.isInteger(bits) && bits >= 0 && bits <= width)) return undefined
  // An IPv4 address in an IPv6 one is kept as what it is: its first 96 bits only say so (RFC 4291 section 2.5.5.2).
  const isMapped = version === 6 && /^::ffff:[\d.]+$/i.test(address)
  if (isMapped && bits < 96) return undefined
  return ipNetwork(address, { ipv4: isMapped ? bits - 96 : bits, ipv6: bits })
}
