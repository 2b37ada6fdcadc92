import { afterEach, expect, test, vi } from 'vitest'
import type { ConfigError } from '../../../core/config-error.js'
import { totpLibrary } from './library.js'

afterEach(() => {
  vi.doUnmock('uqr')
  vi.resetModules()
})

// RFC 6238, appendix B: the secret 12345678901234567890, and of its eight digits the last six.
const SECRET = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ'
const VECTORS: [number, string][] = [
  [59, '287082'],
  [1111111109, '081804'],
  [1111111111, '050471'],
  [1234567890, '005924'],
  [2000000000, '279037'],
  [20000000000, '353130'],
]

test.each(VECTORS)(
  'case 85: the code of RFC 6238 at %i s, one step before and after, and no further',
  async (at, code) => {
    const { stepOf } = await totpLibrary()
    const step = Math.floor(at / 30)
    const steps = [-60, -30, 0, 30, 60].map((seconds) =>
      stepOf(SECRET, code, new Date((at + seconds) * 1000)),
    )
    expect(steps).toEqual([null, step, step, step, null])
  },
)

test('a secret has 160 bits, and is another each time; its URI holds it', async () => {
  const { newSecret, uriOf, qr } = await totpLibrary()
  const secrets = Array.from({ length: 20 }, newSecret)
  expect(new Set(secrets).size).toBe(20)
  for (const secret of secrets) expect(secret).toMatch(/^[A-Z2-7]{32}$/)
  const uri = new URL(uriOf(SECRET, 'Comic pile & co', 'ann+1@example.com'))
  expect([uri.protocol, uri.host, uri.searchParams.get('secret'), uri.searchParams.get('issuer')]).toEqual([
    'otpauth:',
    'totp',
    SECRET,
    'Comic pile & co',
  ])
  const rows = qr(String(uri))
  // Each corner but one has a finder pattern (ISO/IEC 18004, 6.3.3).
  const finder = (y: number, x: number) =>
    rows.slice(y, y + 7).map((row) =>
      row
        .slice(x, x + 7)
        .map(Number)
        .join(''),
    )
  const last = rows.length - 7
  for (const [y, x] of [
    [0, 0],
    [0, last],
    [last, 0],
  ] as const)
    expect(finder(y, x)).toEqual([
      '1111111',
      '1000001',
      '1011101',
      '1011101',
      '1011101',
      '1000001',
      '1111111',
    ])
})

test('without the packages it says which to install', async () => {
  vi.doMock('uqr', () => {
    throw new Error("Cannot find package 'uqr'")
  })
  vi.resetModules()
  const { totpLibrary: again } = await import('./library.js')
  const error = await again().catch((thrown: unknown) => thrown)
  expect((error as ConfigError).problems[0]).toMatch(
    /^AUTH_ENABLE_TOTP=true: needs otpauth and uqr \(.+\); run: npm install otpauth uqr$/,
  )
})
