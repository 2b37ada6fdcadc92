import { expect, it } from 'vitest'
import { attackedTable } from '../../../test/support/attacked-table.js'
import type { Statement } from '../../gate/gate.js'
import { reachOf } from './touched.js'

const tables = [attackedTable('threads')]
const own = {
  of: { name: 'owner', address: '', headers: {}, id: 1, email: '', password: '' },
  keys: new Map([['17', 'threads']]),
  canaries: new Map([['cnryabc', 'threads.title']]),
  ownerColumns: new Set(['user_id']),
}
const answer = (body: string) => ({ status: 200, headers: {}, body, json: undefined, ms: 1 })
const reach = (statements: Statement[] | null, body = '') => reachOf(answer(body), statements, tables, own)

it('a request reached rows when a statement on an owned table gave or changed some', () => {
  expect(reach([{ text: 'select count(*) from "threads"', rows: 1 }])).toBe('rows')
  expect(reach([{ text: 'update threads set n = 1', rows: 0 }])).toBe('no row')
})

it('a request that asked nothing of an owned table has reached none', () => {
  expect(reach([{ text: 'select * from usertwo.threads_of_talk join my_threads', rows: 3 }])).toBe(
    'no owned table',
  )
  expect(reach([])).toBe('no owned table')
})

it('where statements cannot be seen the answer tells, and never that there is no table', () => {
  expect(reach(null, '{"id":17}')).toBe('rows')
  expect(reach(null, '<p>cnryabc</p>')).toBe('rows')
  expect(reach(null, '{"id":99}')).toBe('no row')
})
