import { expect, test } from 'vitest'
import { fileParser } from '../../../reading/syntax/sources.js'
import { findWrites } from './writes.js'

const written = async (text: string) => [
  ...findWrites([(await fileParser('.'))('server.js', `db.query(${text})`)]).keys(),
]

test.each([
  ['\'insert into "contact list" (phone) values ($1)\'', 'contact list'],
  ['\'UPDATE public."contact list" SET phone = $1\'', 'contact list'],
  ["'delete from public.notes where id = $1'", 'notes'],
  ["'truncate ?'", null],
])('a statement that changes rows names its table: %s', async (text, table) => {
  expect(await written(text)).toEqual([table])
})
