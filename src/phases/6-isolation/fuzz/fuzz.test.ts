import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ThrowAwayServer, throwAwayServer } from '../../../../database/throw-away.js'
import { fuzz, summary } from './fuzz.js'

let server: ThrowAwayServer

beforeAll(async () => {
  server = await throwAwayServer()
}, 120_000)

afterAll(async () => {
  await server?.stop()
})

describe('the query layer alone, row-level security off', () => {
  it('answers 2,000 random queries of three users as a database of their own would', async () => {
    const outcome = await fuzz({ url: server.adminUrl, reads: 1_500, writes: 500, seed: 1, enough: 5 })
    expect(outcome.differences).toEqual([])
    expect(summary(outcome)).toBe('2000 compared, 0 differ')
    expect(outcome.nonEmpty / outcome.compared).toBeGreaterThanOrEqual(0.7)
    expect(outcome.failed / outcome.compared).toBeLessThan(0.02)
  }, 300_000)
})
