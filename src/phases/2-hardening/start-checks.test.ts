import { createServer } from 'node:http'
import { describe, expect, it } from 'vitest'
import { testKit } from '../../../test/support/hardened.js'
import { hardenServer } from './requests/request-guards.js'
import { startWarnings } from './start-checks.js'

const production = {
  ENVIRONMENT: 'production',
  DATABASE_URL: 'postgres://app@localhost/app',
  CORS_ORIGINS: 'https://app.example.com',
  TRUST_PROXY: '1',
}
const warned = (env: Record<string, string>) =>
  startWarnings(testKit({ env })).map(({ variable }) => variable)

describe('a production start', () => {
  it('has nothing to say when all is as it should be', () => {
    expect(warned(production)).toEqual([])
  })
  it('warns of debug and ops routes that are switched on', () => {
    const OPS_TOKEN = 'kV3nq8ZpT1xW6yB4mC9dF2gH7jL5sR0u'
    expect(
      warned({ ...production, OPS_TOKEN, ENABLE_DEBUG_ROUTES: 'true', ENABLE_INTERNAL_OPS_ROUTES: '1' }),
    ).toEqual(['ENABLE_DEBUG_ROUTES', 'ENABLE_INTERNAL_OPS_ROUTES'])
  })
  it('warns that routes that are switched on are unusable without a token', () => {
    expect(warned({ ENVIRONMENT: 'development', ENABLE_DEBUG_ROUTES: 'true' })).toEqual([
      'ENABLE_DEBUG_ROUTES',
    ])
  })
  it('case 120: warns that no login is required while users are switched off', () => {
    const off = { ...production, USERTWO_PHASE: '5', USER_MGMT_ENABLED: 'false' }
    expect(warned(off)).toEqual(['USER_MGMT_ENABLED'])
    expect(warned({ ...off, USERTWO_PHASE: '3' })).toEqual([])
  })
  it('warns that without TRUST_PROXY all clients behind a proxy count as one', () => {
    expect(warned({ ...production, TRUST_PROXY: '0' })).toEqual(['TRUST_PROXY'])
  })
})

describe('the server', () => {
  it('does not wait longer for slow requests than an honest client needs', () => {
    const { headersTimeout, requestTimeout } = hardenServer(createServer())
    expect([headersTimeout, requestTimeout]).toEqual([20_000, 120_000])
  })
})
