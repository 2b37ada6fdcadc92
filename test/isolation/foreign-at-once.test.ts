// An app that mixes its users in five ways, and in none: see mixed-users/ways.mjs.
import { expect, test } from 'vitest'
import { leakyNotebook } from '../support/leaky-notebook.js'

const mixing = leakyNotebook('isolation/mixed-users')
/** The check is to find it by itself, not by what the runtime refuses. */
const look = (way: string, more: Record<string, string> = {}) =>
  mixing.lookAll('isolation.foreign-at-once', [], {}, undefined, {}, { WAY: way, ...more })

/** Each is a gate's walk through the app. `npm run test:long` tries them all. */
const WAYS = ['bluebird-uncured', 'dataloader', 'immediate', 'promises', 'tick']

test.each(['plain', 'bluebird'])(
  'isolation.foreign-at-once finds nothing in an app that keeps each request by itself: %s',
  async (way) => {
    const { problems, exercised, notes } = await look(way)
    expect(problems).toEqual([])
    expect(exercised).toBeGreaterThan(150)
    expect(notes?.[0]).toMatch(/1 routes with an id, \d lists, 2 writes/)
  },
  240_000,
)

test.each(process.env.TESTS === 'long' ? WAYS : ['dataloader', 'promises'])(
  'U1: isolation.foreign-at-once says whose row went to whom where users are mixed by %s',
  async (way) => {
    const { problems } = await look(way)
    const said = problems.map(({ route, what }) => `${route}: ${what}`)
    expect(said).toContainEqual(
      expect.stringMatching(
        /^GET \/items\/:id: .*(?:(?:of the (owner|other) was shown to|an own row of) (?!\1)(?:owner|other|third)|a row of .* was in the answer to)/,
      ),
    )
  },
  240_000,
)
