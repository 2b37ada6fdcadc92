import { expect, test } from 'vitest'
import { parseConfig } from '../../../core/config.js'
import { foreignIds, withoutRefusals } from './foreign-ids.js'

const config = (access: 'private' | 'readable') =>
  parseConfig({
    app: { start: ['node', 'a.js'] },
    owner: { id: 1 },
    users: { table: 'users' },
    tables: { news: { owner: 'user_id', access } },
  })
const mutantsOf = (access: 'private' | 'readable') => {
  const { mutants } = foreignIds
  return (typeof mutants === 'function' ? mutants(config(access)) : mutants).map(({ name }) => name)
}

test('where no request writes what everybody reads, how a refusal is answered can mean nothing', () => {
  const [name = ''] = Object.keys(withoutRefusals(config('readable'), 0))
  expect(mutantsOf('readable')).toContain(name)
  expect(withoutRefusals(config('readable'), 0)).toEqual({
    [name]: 'no request writes a row that everybody reads',
  })
})

test('where one was refused, or nobody reads the rows of others, every mutant counts', () => {
  expect(withoutRefusals(config('readable'), 1)).toEqual({})
  expect(withoutRefusals(config('private'), 0)).toEqual({})
})
