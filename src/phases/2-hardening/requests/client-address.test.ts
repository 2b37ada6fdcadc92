import type { IncomingMessage } from 'node:http'
import { describe, expect, it } from 'vitest'
import { addressGroup, clientAddress } from './client-address.js'

const from = (remoteAddress: string, forwarded?: string) =>
  ({
    socket: { remoteAddress },
    headers: forwarded === undefined ? {} : { 'x-forwarded-for': forwarded },
  }) as unknown as IncomingMessage

describe('case 110: the client address', () => {
  it("is the connection's own without trusted proxies, whatever the header claims", () => {
    expect(clientAddress(from('10.0.0.9', '1.2.3.4'), 0)).toBe('10.0.0.9')
  })
  it('is the entry as many hops from the right as there are proxies', () => {
    expect(clientAddress(from('10.0.0.9', '6.6.6.6, 1.2.3.4'), 1)).toBe('1.2.3.4')
    expect(clientAddress(from('10.0.0.9', '6.6.6.6, 1.2.3.4, 10.0.0.8'), 2)).toBe('1.2.3.4')
    expect(clientAddress(from('10.0.0.9', '[2001:db8::1]:443'), 1)).toBe('2001:db8::1')
    expect(clientAddress(from('10.0.0.9', '1.2.3.4:5678'), 1)).toBe('1.2.3.4')
  })
  it("is the connection's own when the header is too short, missing or no address", () => {
    for (const header of [undefined, '', '1.2.3.4', 'unknown, x', '<script>, 10.0.0.8'])
      expect(clientAddress(from('10.0.0.9', header), 2)).toBe('10.0.0.9')
  })
  it('takes a mapped IPv4 address out of its coat', () => {
    expect(clientAddress(from('::ffff:10.0.0.9'), 0)).toBe('10.0.0.9')
  })
})

describe('the group of addresses a limit counts by', () => {
  it('is one IPv4 address, or the /64 of an IPv6 client', () => {
    expect(addressGroup('10.0.0.9')).toBe('10.0.0.9')
    const one = addressGroup('2001:db8:1:2:3:4:5:6')
    expect(one).toBe('2001:db8:1:2::/64')
    expect(addressGroup('2001:0db8:1:2::9')).toBe(one)
    expect(addressGroup('2001:db8:1:3::9')).not.toBe(one)
    expect(addressGroup('::1')).toBe('0:0:0:0::/64')
    expect(addressGroup('fe80::1%eth0')).toBe('fe80:0:0:0::/64')
  })
})
