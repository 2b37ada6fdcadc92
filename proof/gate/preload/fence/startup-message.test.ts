import { describe, expect, it } from 'vitest'
import { isStartup, mayBecomeStartup } from './sockets.js'

const head = (length: number, code: number) => {
  const bytes = Buffer.alloc(8)
  bytes.writeInt32BE(length, 0)
  bytes.writeInt32BE(code, 4)
  return bytes
}

describe('the first bytes of a PostgreSQL connection', () => {
  it.each([
    ['a startup of version 3.0', head(80, 196608)],
    ['a startup of version 3.2', head(80, 196610)],
    ['a request for TLS', head(8, 80877103)],
    ['a request for GSSAPI', head(8, 80877104)],
    ['a request to cancel', head(16, 80877102)],
    ['a TLS handshake that names it', Buffer.from('\x16\x03\x01..\x0apostgresql', 'latin1')],
  ])('are known: %s', (_, bytes) => {
    expect(isStartup(bytes)).toBe(true)
  })

  it('are not those of others', () => {
    for (const text of [
      'GET / HTTP/1.1\r\n',
      '*1\r\n$4\r\nPING\r\n',
      'EHLO example.com',
      '\x16\x03\x01 http/1.1',
    ])
      expect(isStartup(Buffer.from(text, 'latin1'))).toBe(false)
  })

  it('may come one by one', () => {
    const whole = head(8, 80877103)
    for (let length = 1; length < 8; length++) {
      expect(isStartup(whole.subarray(0, length))).toBe(false)
      expect(mayBecomeStartup(whole.subarray(0, length))).toBe(true)
    }
    expect(mayBecomeStartup(Buffer.from('PING'))).toBe(false)
  })
})
