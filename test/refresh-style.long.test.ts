// journal has refresh tokens in a cookie by its configuration, and its gates run so; here comic-pile's do.
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { build } from './support/built.js'
import { gateOf } from './support/gate.js'

beforeAll(async () => {
  vi.stubEnv('TOKEN_STYLE', 'refresh')
  vi.stubEnv('AUTH_COOKIE_REFRESH', 'true')
  await build()
}, 120_000)
afterAll(() => void vi.unstubAllEnvs())

test.each(['6', '7', '8'])(
  'with refresh tokens in a cookie gate %s of comic-pile is GO',
  async (phase) => {
    const { go, red, checks } = await gateOf('../examples/comic-pile', phase)
    expect(red).toEqual([])
    expect(checks.length).toBeGreaterThan(5)
    expect(go).toBe(true)
  },
  1_200_000,
)
