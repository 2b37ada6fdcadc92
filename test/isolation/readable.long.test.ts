// A small app with a table that everybody signed in reads: the attack allows that, and nothing else.
import { beforeAll, expect, test } from 'vitest'
import { build } from '../support/built.js'
import { gateOf } from '../support/gate.js'

const checks = (...names: string[]) => names.map((name) => `isolation.${name}`)
// `npm run matrix -- --only noticeboard` shows that each of their defects is found there.
const ATTACKS = checks('foreign-ids', 'policies-alone', 'no-interference', 'at-once')
const BY_PG = 'honest/noticeboard'
const BY_KNEX = 'honest/noticeboard/usertwo.config.mjs'

beforeAll(build)

test.each([
  ['pg', BY_PG, ATTACKS],
  ['knex', BY_KNEX, checks('foreign-ids', 'query-layer-alone')],
])(
  'the attacks on an app by %s with a readable table find nothing where its rows are read by all and written by their owner',
  async (_name, app, attacks) => {
    const { red, checks } = await gateOf(app, '6', '--only', attacks.join())
    expect(red).toEqual([])
    expect(checks.map(({ id }) => id).sort()).toEqual([...attacks].sort())
  },
  600_000,
)

test('readable rows are shown to a new user after the claim and are not a leak; private rows would be one', async () => {
  const { red, checks } = await gateOf(BY_KNEX, '8', '--only', 'rollout.owner-data', '--prove')
  expect(red).toEqual([])
  const [{ notes, mutants }] = checks as [(typeof checks)[0]]
  expect(notes).toContain('2 answers with rows that all users may read were not')
  expect(mutants.filter((one) => !one.red)).toEqual([])
}, 600_000)

test('rows are compared after the claim where a page shows few of them, and short ones', async () => {
  const { red, checks } = await gateOf('honest/plants', '8', '--only', 'rollout.owner-data', '--prove')
  expect(red).toEqual([])
  const [{ notes, mutants }] = checks as [(typeof checks)[0]]
  expect(notes).toContain('2 answers with rows compared between the owner and a new user')
  expect(mutants.map((one) => one.red)).toEqual([true, true])
}, 600_000)
