import { BlockList, isIP } from 'node:net'

/**
 * The addresses that lead back into a network instead of out to the internet (the IANA special-purpose
 * registries of RFC 6890), and the one that Azure answers its machines' metadata at.
 */
const inner4 = listOf([
  ...['0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12'],
  ...['192.0.0.0/24', '192.0.2.0/24', '192.88.99.0/24', '192.168.0.0/16', '198.18.0.0/15'],
  ...['198.51.100.0/24', '203.0.113.0/24', '224.0.0.0/4', '240.0.0.0/4', '168.63.129.16/32'],
])
/**
 * Of IPv6 only global unicast leads out. What is outside of it embeds IPv4 (mapped, NAT64) or stays inside;
 * what is inside of it and listed here embeds IPv4 as well (Teredo, 6to4) or leads nowhere.
 */
const global6 = listOf(['2000::/3'])
const inner6 = listOf(['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20'])

/** A list of addresses and CIDR ranges that can be asked whether it holds an address. */
export function listOf(ranges: readonly string[]): BlockList {
  const list = new BlockList()
  for (const range of ranges) {
    const [address = '', prefix] = range.split('/')
    const family = familyOf(address)
    if (prefix === undefined) list.addAddress(address, family)
    else list.addSubnet(address, Number(prefix), family)
  }
  return list
}

/** Whether an address is on the internet, and so on nobody's own network. */
export function isPublic(address: string): boolean {
  if (familyOf(address) === 'ipv4') return !inner4.check(address, 'ipv4')
  return global6.check(address, 'ipv6') && !inner6.check(address, 'ipv6')
}

export function familyOf(address: string): 'ipv4' | 'ipv6' {
  return isIP(address) === 4 ? 'ipv4' : 'ipv6'
}
