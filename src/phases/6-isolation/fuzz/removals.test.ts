import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ThrowAwayServer, throwAwayServer } from '../../../../database/throw-away.js'
import { fuzz } from './fuzz.js'
import { REMOVALS } from './removals.js'
import { layerWithout } from './without.js'

let server: ThrowAwayServer

beforeAll(async () => {
  server = await throwAwayServer()
}, 120_000)

afterAll(async () => {
  await server?.stop()
})

describe('the fuzz sees what is missing', () => {
  it('and nothing in a copy that misses nothing', async () => {
    const { file, from } = REMOVALS[0]!
    const { scope, dispose } = await layerWithout({ what: 'nothing', file, from, to: from })
    const { differences } = await fuzz({ url: server.adminUrl, reads: 400, writes: 200, seed: 1, scope })
    await dispose()
    expect(differences).toEqual([])
  }, 120_000)

  it.each(REMOVALS)(
    '$what',
    async (removal) => {
      const { scope, dispose } = await layerWithout(removal)
      try {
        const asked = removal.seenBy === 'reads' ? { reads: 2_000, writes: 0 } : { reads: 0, writes: 1_000 }
        const { differences } = await fuzz({ url: server.adminUrl, ...asked, seed: 1, enough: 1, scope })
        expect(differences.length).toBeGreaterThan(0)
      } finally {
        await dispose()
      }
    },
    120_000,
  )
})
