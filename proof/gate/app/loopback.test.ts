import { once } from 'node:events'
import { createServer } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { expect, test } from 'vitest'
import { clientAddress } from '../../../src/phases/2-hardening/requests/client-address.js'
import { behindSenders, senderAt, writtenAt } from './loopback.js'

const ADDRESS = '127.1.2.3'

test.each([
  ['linux', 0],
  ['win32', 0],
  ['darwin', 1],
] as const)('on %s a visitor has an address of its own', async (platform, hops) => {
  const seen: string[] = []
  const server = createServer((req, res) => {
    seen.push(clientAddress(req, hops))
    res.end()
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const send = async (bytes: string, localAddress?: string) => {
    const socket = connect({ host: '127.0.0.1', port, localAddress })
    socket.write(bytes)
    await once(socket.resume(), 'end')
  }
  for (const said of [{}, { 'X-Forwarded-For': '10.0.0.9' }] as Record<string, string>[]) {
    const given = Object.entries(said).map(([name, value]) => `${name}: ${value}\r\n`)
    const { bytes, localAddress } = writtenAt(
      ADDRESS,
      `GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${given.join('')}\r\n`,
      platform,
    )
    await send(bytes, localAddress)
    const sender = senderAt(ADDRESS, said, platform)
    const lines = Object.entries(sender.headers).map(([name, value]) => `${name}: ${value}\r\n`)
    await send(`GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${lines.join('')}\r\n`, sender.localAddress)
  }
  server.close()
  expect(seen).toEqual([ADDRESS, ADDRESS, ADDRESS, ADDRESS])
})

test('a visitor without an address sends none', () => {
  expect(senderAt(undefined, { a: 'b' }, 'darwin').headers).toEqual({ a: 'b', 'x-forwarded-proto': 'http' })
  expect(senderAt(undefined, { a: 'b' }, 'linux')).toEqual({ headers: { a: 'b' } })
})

test('visitors that send a forwarding header count as one more proxy', () => {
  expect(behindSenders({ A: 'b' }, 'darwin')).toEqual({ A: 'b', TRUST_PROXY: '1' })
  expect(behindSenders({ TRUST_PROXY: '2' }, 'darwin')).toEqual({ TRUST_PROXY: '3' })
  expect(behindSenders({ TRUST_PROXY: 'yes' }, 'darwin')).toEqual({ TRUST_PROXY: 'yes' })
  expect(behindSenders({ TRUST_PROXY: '2' }, 'linux')).toEqual({ TRUST_PROXY: '2' })
})
