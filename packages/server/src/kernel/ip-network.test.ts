import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ipNetwork } from './ip-network.js'

test.each([
  ['203.0.113.9', 32, '203.0.113.9/32'],
  ['203.0.113.9', 24, '203.0.113.0/24'],
  ['203.0.113.255', 25, '203.0.113.128/25'],
  ['203.0.113.9', 0, '0.0.0.0/0'],
  ['::ffff:203.0.113.9', 24, '203.0.113.0/24'],
])('ipNetwork of %s with %i bits is %s', (address, ipv4, expected) => {
  expect(ipNetwork(address, { ipv4, ipv6: 64 })).toBe(expected)
})

test.each([
  ['2001:db8:1:2:3:4:5:6', 64, '2001:db8:1:2:0:0:0:0/64'],
  ['2001:DB8:1:2::', 64, '2001:db8:1:2:0:0:0:0/64'],
  ['2001:db8:1:2::9', 48, '2001:db8:1:0:0:0:0:0/48'],
  ['2001:db8:ff:2::9', 44, '2001:db8:f0:0:0:0:0:0/44'],
  ['::1', 64, '0:0:0:0:0:0:0:0/64'],
  ['fe80::1%eth0', 64, 'fe80:0:0:0:0:0:0:0/64'],
  ['64:ff9b::192.0.2.33', 128, '64:ff9b:0:0:0:0:c000:221/128'],
])('ipNetwork of %s with %i bits is %s', (address, ipv6, expected) => {
  expect(ipNetwork(address, { ipv4: 24, ipv6 })).toBe(expected)
})

test('ipNetwork leaves alone what is no address', () => {
  expect(ipNetwork('', { ipv4: 24, ipv6: 48 })).toBe('')
  expect(ipNetwork('a socket', { ipv4: 24, ipv6: 48 })).toBe('a socket')
})

test('ipNetwork puts every IPv4 address with all others of its block, and with no other', () => {
  fc.assert(
    fc.property(fc.ipV4(), fc.ipV4(), (a, b) => {
      const block = (address: string) => address.split('.').slice(0, 3).join('.')
      const lengths = { ipv4: 24, ipv6: 48 }
      return (ipNetwork(a, lengths) === ipNetwork(b, lengths)) === (block(a) === block(b))
    }),
  )
})

test('ipNetwork finds the same network however an IPv6 address is written', () => {
  const groups = fc.array(fc.integer({ min: 0, max: 0xff_ff }), { minLength: 8, maxLength: 8 })
  fc.assert(
    fc.property(groups, fc.integer({ min: 0, max: 8 }), (parts, zeros) => {
      const address = parts.map((part, i) => (i >= 8 - zeros ? 0 : part))
      const full = address.map((part) => part.toString(16).padStart(4, '0')).join(':')
      const short =
        zeros < 2
          ? full
          : `${full
              .split(':')
              .slice(0, 8 - zeros)
              .join(':')}::`
      const lengths = { ipv4: 32, ipv6: 48 }
      return ipNetwork(full, lengths) === ipNetwork(short, lengths)
    }),
  )
})
