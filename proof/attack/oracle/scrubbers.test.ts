import { expect, it } from 'vitest'
import type { Answer } from '../../gate/app/http.js'
import { openIdMapping } from '../fixture/id-mapping.js'
import { differs, type Scrubbers } from './scrubbers.js'

const mapping = openIdMapping([])

const answer = (body: unknown): Answer => ({
  status: 200,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
  json: body,
  ms: 1,
})
const scrubbers: Scrubbers = [
  ['markb', 'marka'],
  [/(?<![\w.])5000001(?!\w)/g, '1'],
]

it('two answers about the same data differ only in ids, marks and the caller', () => {
  const own = answer({ id: 1000017, title: 'x markb', user_id: 5000001, n: 3 })
  expect(differs(own, answer({ id: 17, title: 'x marka', user_id: 1, n: 3 }), scrubbers, mapping)).toEqual([])
})

it('a count over both users’ rows is a difference', () => {
  const [problem] = differs(answer({ n: 6 }), answer({ n: 3 }), scrubbers, mapping)
  expect(problem).toMatchObject({ expected: expect.stringContaining('3'), got: expect.stringContaining('6') })
})

it('the excerpt of a difference contains it, behind an emoji too', () => {
  const body = (n: number) => answer({ text: '🪴'.repeat(150), n })
  const [problem] = differs(body(6), body(3), scrubbers, mapping)
  expect(problem!.got).not.toBe(problem!.expected)
})

it('a number that only looks like an id of the second user is unchanged', () => {
  expect(differs(answer({ n: 'v1.1000017x' }), answer({ n: 'v1.17x' }), scrubbers, mapping)).toHaveLength(1)
})

it('a place that changes with each answer to one user is not a difference', () => {
  const [own, control] = [answer({ id: 1, made: '10:00:01' }), answer({ id: 1, made: '10:00:02' })]
  expect(differs(own, control, scrubbers, mapping, ['$.made'])).toEqual([])
  expect(differs(own, control, scrubbers, mapping)).toHaveLength(1)
})
