import type { IncomingMessage } from 'node:http'
import { describe, expect, it } from 'vitest'
import { believedFrom, isOnList, peerOf } from './proxy-addresses.js'

const at = (remoteAddress: string | undefined, headers: Record<string, string> = {}) =>
  ({ socket: { remoteAddress }, headers }) as unknown as IncomingMessage
const isBelieved = (from: string[], address: string | undefined, headers?: Record<string, string>) =>
  isOnList(believedFrom(from), peerOf(at(address, headers)))

describe('the addresses of a proxy', () => {
  it.each([
    [['10.0.0.5'], '10.0.0.5', true],
    [['10.0.0.5'], '::ffff:10.0.0.5', true],
    [['10.0.0.5'], '::FFFF:10.0.0.5', true],
    [['10.0.0.5'], '::ffff:a00:5', true],
    [['10.0.0.5'], '10.0.0.50', false],
    [['10.0.0.5'], '::10.0.0.5', false],
    [['10.0.0.5'], '::ffff:10.0.0.6', false],
    [['10.0.0.0/8'], '10.255.0.1', true],
    [['10.0.0.0/8'], '::ffff:10.255.0.1', true],
    [['10.0.0.0/8'], '11.0.0.1', false],
    [['10.0.0.5/32'], '10.0.0.5', true],
    [['10.0.0.5/32'], '10.0.0.4', false],
    [['::ffff:10.0.0.5'], '10.0.0.5', true],
    [['fd00::/8'], 'fd12::1', true],
    [['fd00::/8'], 'fe80::1', false],
    [['::1'], '::1', true],
    [['::1'], '127.0.0.1', false],
    [['127.0.0.1'], '::1', false],
    [['fe80::1'], 'fe80::1%eth0', true],
    [['10.0.0.5', '127.0.0.1'], '127.0.0.1', true],
    [['127.0.0.1'], undefined, false],
    [['127.0.0.1'], '', false],
    [['127.0.0.1'], '127.0.0.1 ', false],
  ] as [string[], string | undefined, boolean][])('%j has %s: %s', (from, address, is) => {
    expect(isBelieved(from, address)).toBe(is)
  })

  it('are those of the connection, whatever the headers of a request say', () => {
    const said = { 'x-forwarded-for': '10.0.0.5', forwarded: 'for=10.0.0.5', 'x-real-ip': '10.0.0.5' }
    expect(isBelieved(['10.0.0.5'], '192.0.2.1', said)).toBe(false)
    expect(isBelieved(['10.0.0.5'], '10.0.0.5', { 'x-forwarded-for': '192.0.2.1' })).toBe(true)
  })
})
