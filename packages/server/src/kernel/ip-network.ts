import { isIP } from 'node:net'

/** How many leading bits of an address say which network it is of. */
export interface PrefixLengths {
  readonly ipv4: number
  readonly ipv6: number
}

/**
 * The network of an address, as `<address>/<bits>` (RFC 4632, RFC 4291 section 2.3). An IPv4 address that is
 * written as an IPv6 one is an IPv4 address; what is no address at all is a network of its own.
 */
export function ipNetwork(address: string, { ipv4, ipv6 }: PrefixLengths): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1] ?? address
  if (isIP(mapped) === 4) return `${masked(mapped.split('.').map(Number), 8, ipv4).join('.')}/${ipv4}`
  if (isIP(mapped) !== 6) return address
  const groups = masked(groupsOf(mapped), 16, ipv6)
  return `${groups.map((group) => group.toString(16)).join(':')}/${ipv6}`
}

/** The eight groups of an IPv6 address, whose zeros may be left out once. */
function groupsOf(address: string): number[] {
  const [left = [], right = []] = address
    .replace(/%.*$/, '')
    .split('::')
    .map((half) => half.split(':').filter(Boolean).flatMap(groupsOfPart))
  return [...left, ...Array<number>(Math.max(0, 8 - left.length - right.length)).fill(0), ...right]
}

/** The last two groups may be written as an IPv4 address (RFC 4291 section 2.2). */
function groupsOfPart(part: string): number[] {
  if (!part.includes('.')) return [Number.parseInt(part, 16)]
  const [a = 0, b = 0, c = 0, d = 0] = part.split('.').map(Number)
  return [a * 256 + b, c * 256 + d]
}

function masked(parts: readonly number[], width: number, bits: number): number[] {
  return parts.map((part, i) => {
    const dropped = Math.min(width, Math.max(0, (i + 1) * width - bits))
    return Math.floor(part / 2 ** dropped) * 2 ** dropped
  })
}
