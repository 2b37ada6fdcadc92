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

it('a request reached rows if a statement on an owned table returned or changed some', () => {
  expect(reach([{ text: 'select count(*) from "threads"', rows: 1 }])).toBe('rows')
  expect(reach([{ text: 'update threads set n = 1', rows: 0 }])).toBe('no row')
})

it('a request without a statement on an owned table has reached no owned table', () => {
  expect(reach([{ text: 'select * from usertwo.threads_of_talk join my_threads', rows: 3 }])).toBe(
    'no owned table',
  )
  expect(reach([])).toBe('no owned table')
})

it('if statements cannot be observed, the answer decides, and never that no owned table was reached', () => {
  expect(reach(null, '{"id":17}')).toBe('rows')
  expect(reach(null, '<p>cnryabc</p>')).toBe('rows')
  expect(reach(null, '{"id":99}')).toBe('no row')
})
