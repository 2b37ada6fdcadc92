// An app that mixes its users in six ways, and in none: see mixed-users/ways.mjs.
import { expect, test } from 'vitest'
import type { Evidence } from '../../proof/gate/check.js'
import { leakyNotebook } from '../support/leaky-notebook.js'

const mixing = leakyNotebook('isolation/mixed-users')
/** Has settings of each user, with a text. */
const settings = leakyNotebook('matrix/apps/knex-uuids')
const look = (WAY: string, dangerouslyAnswerForeignRows: boolean) =>
  mixing.lookAll(
    'isolation.foreign-at-once',
    [],
    {},
    undefined,
    {},
    { WAY },
    { dangerouslyAnswerForeignRows },
  )

/** Each is a gate's walk through the app. */
const WAYS = ['bluebird-uncured', 'dataloader', 'immediate', 'p-queue', 'promises', 'tick']

test.each(['plain', 'bluebird', 'p-queue-bound'])(
  'isolation.foreign-at-once finds nothing in an app that keeps each request by itself: %s',
  async (way) => {
    const { problems, exercised, notes } = await look(way, false)
    expect(problems).toEqual([])
    expect(exercised).toBeGreaterThan(150)
    expect(notes?.[0]).toMatch(/1 routes with an id, \d lists, 2 writes/)
  },
  240_000,
)

test('isolation.foreign-at-once takes the copy of the owner’s settings that a new user starts with for their own', async () => {
  const { problems } = await settings.look('isolation.foreign-at-once', [])
  expect(problems).toEqual([])
}, 240_000)

/** Whose row went to whom, or which user misses an own row. */
const CROSSED =
  /^GET \/items\/:id: .*(?:(?:of the (owner|other) was shown to|an own row of) (?!\1)(?:owner|other|third)|a row of .* was in the answer to)/

test.each(WAYS)(
  'U1: isolation.foreign-at-once says whose row went to whom where users are mixed by %s',
  async (way) => {
    const { problems } = await look(way, false)
    expect(problems.map(inWords)).toContainEqual(expect.stringMatching(CROSSED))
  },
  240_000,
)

/** The check finds it by itself, not by what the runtime refuses. */
test.each(WAYS)(
  'U1: isolation.foreign-at-once says the same by %s where answers are not checked',
  async (way) => {
    const { problems } = await look(way, true)
    expect(problems.map(inWords)).toContainEqual(expect.stringMatching(CROSSED))
    expect(problems.map(inWords)).toContainEqual(expect.stringMatching(/^GET .* was shown to/))
    expect(problems.map(inWords).join()).not.toContain('was refused')
  },
  240_000,
)

const inWords = ({ route, what }: Evidence) => `${route}: ${what}`
