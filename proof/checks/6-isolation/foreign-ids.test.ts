import { expect, test } from 'vitest'
import { parseConfig } from '../../../src/config/config.js'
import { foreignIds, withoutMeaning } from './foreign-ids.js'

const config = (access: 'private' | 'readable', via?: string) =>
  parseConfig({
    app: { start: ['node', 'a.js'] },
    owner: { id: 1 },
    users: { table: 'users' },
    tables: {
      news: { owner: 'user_id', access },
      replies: { owner: 'user_id', access, ...(via && { via }) },
    },
  })
const mutantsOf = (of: ReturnType<typeof config>) => {
  const { mutants } = foreignIds
  return (typeof mutants === 'function' ? mutants(of) : mutants).map(({ name }) => name)
}
const NOTHING = { refused: 0, below: 0 }

test('where no request writes what everybody reads, how a refusal is answered can mean nothing', () => {
  expect(Object.values(withoutMeaning(config('readable'), NOTHING))).toEqual([
    'no request writes a row that all users read',
  ])
  expect(Object.values(withoutMeaning(config('readable', 'news_id'), { ...NOTHING, refused: 1 }))).toEqual([
    'no row belongs to one that all users read',
  ])
})

test('every mutant counts if a write was refused, or if no table is readable by all users', () => {
  expect(withoutMeaning(config('readable'), { refused: 1, below: 0 })).toEqual({})
  expect(withoutMeaning(config('readable', 'news_id'), { refused: 1, below: 1 })).toEqual({})
  expect(withoutMeaning(config('private'), NOTHING)).toEqual({})
})

test.each([
  config('private'),
  config('private', 'news_id'),
  config('readable'),
  config('readable', 'news_id'),
])('what can mean nothing is one of its mutants', (of) => {
  expect(mutantsOf(of)).toEqual(expect.arrayContaining(Object.keys(withoutMeaning(of, NOTHING))))
})
