// An app that shows each user what that user has asked before, or, where LEAK names it, what all have. See histories/app.mjs.
import { expect, test } from 'vitest'
import type { Evidence } from '../../proof/gate/check.js'
import { leakyNotebook } from '../support/leaky-notebook.js'

const histories = leakyNotebook('isolation/histories')
const look = async (check: string, ...leaks: string[]) =>
  (await histories.lookAll(check, [], {}, undefined, {}, { LEAK: leaks.join() })).problems.map(inWords)
const inWords = ({ route, what }: Evidence) => `${route}: ${what}`

test.each(['isolation.foreign-ids', 'isolation.foreign-at-once', 'isolation.at-once'])(
  '%s finds nothing where each user is shown what that user has asked before',
  async (check) => {
    expect(await look(check)).toEqual([])
  },
  300_000,
)

test.each([
  ['quota', 'GET /quota: the second user is not answered like the owner about the same data of their own'],
  [
    'requests',
    'GET /requests: the second user is not answered like the owner about the same data of their own',
  ],
])(
  'isolation.foreign-ids names the route where users are shown what all have asked: %s',
  async (leak, what) => {
    expect(await look('isolation.foreign-ids', leak)).toContain(what)
  },
  300_000,
)

test.each([
  ['sum', 'GET /sum'],
  ['visited', 'GET /visited'],
])(
  'isolation.at-once names the route where users are shown what all have asked: %s',
  async (leak, route) => {
    const found = await look('isolation.at-once', leak)
    expect(found.filter((one) => one.startsWith(route))).not.toEqual([])
  },
  300_000,
)
