// A small app with a table that everybody signed in reads: the attack allows that, and nothing else.
import { beforeAll, expect, test } from 'vitest'
import { build } from '../support/built.js'
import { gateOf } from '../support/gate.js'

const ATTACKS = ['foreign-ids', 'policies-alone', 'no-interference', 'at-once'].map(
  (name) => `isolation.${name}`,
)

beforeAll(build)

test('the attacks on an app with a readable table find nothing where its rows are read by all and written by their owner', async () => {
  const { red, checks } = await gateOf('honest/noticeboard', '6', '--only', ATTACKS.join())
  expect(red).toEqual([])
  expect(checks.map(({ id }) => id).sort()).toEqual([...ATTACKS].sort())
}, 600_000)
