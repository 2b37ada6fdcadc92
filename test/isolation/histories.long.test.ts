// An app that shows each user what that user has asked before, or, where LEAK names it, what all have. See histories/app.mjs.
import { expect, test } from 'vitest'
import type { Evidence } from '../../proof/gate/check.js'
import { leakyNotebook } from '../support/leaky-notebook.js'

const histories = leakyNotebook('isolation/histories')
const look = async (check: string, ...leaks: string[]) =>
  (await histories.lookAll(check, [], {}, undefined, {}, { LEAK: leaks.join() })).problems.map(inWords)
const inWords = ({ route, what }: Evidence) => `${route}: ${what}`

test.each([
  'foreign-ids',
  'policies-alone',
  'no-interference',
  'foreign-at-once',
  'at-once',
  'kept-in-memory',
])(
  'isolation.%s finds nothing where users are shown their own rows and requests alone',
  async (check) => {
    expect(await look(`isolation.${check}`)).toEqual([])
  },
  300_000,
)

const UNLIKE_OWNER = /: the second user is not answered like the owner about the same data of their own$/
const UNLIKE_MISSING = /: a row of the owner answers another user unlike a missing one$/

test.each([
  ['GET /quota', 'quota', UNLIKE_OWNER],
  ['GET /requests', 'requests', UNLIKE_OWNER],
  ['GET /pages/:n', 'page', /: a row of the o\w+ was in the answer to another user, and was refused$/],
  ['GET /notes/:id/stars', 'stars', UNLIKE_MISSING],
])(
  'isolation.foreign-ids names %s where it shows what all users have or have asked',
  async (route, leak, what) => {
    const found = (await look('isolation.foreign-ids', leak)).filter((one) => one.startsWith(route))
    expect(found).toContainEqual(expect.stringMatching(what))
  },
  300_000,
)

test.each([
  ['at-once', 'GET /sum', 'sum'],
  ['at-once', 'GET /visited', 'visited'],
  ['kept-in-memory', 'GET /addresses', 'addresses'],
  ['kept-in-memory', 'GET /suggest', 'sought'],
  ['kept-in-memory', 'POST /basket/', 'basket'],
  ['kept-in-memory', 'GET /sum', 'sum'],
  ['kept-in-memory', 'GET /visited', 'visited'],
  ['kept-in-memory', 'GET /status', 'refused'],
])(
  'isolation.%s names %s where it shows what all users have asked',
  async (check, route, leak) => {
    const found = (await look(`isolation.${check}`, leak)).filter((one) => one.startsWith(route))
    expect(found).not.toEqual([])
  },
  300_000,
)
