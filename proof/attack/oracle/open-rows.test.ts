import { expect, it } from 'vitest'
import { byKeyPattern } from '../../../src/phases/6-isolation/schema/keys/by-key-pattern.js'
import { attackedTable } from '../../../test/support/attacked-table.js'
import type { Answer } from '../../gate/app/http.js'
import type { Statement } from '../../gate/gate.js'
import { newMarks, withMark } from '../fixture/canary.js'
import { secretKeys } from '../fixture/rows.js'
import { counted, unrefused } from './open-rows.js'

const table = (name: string, readable: boolean) =>
  attackedTable(name, { readable, byKey: readable ? byKeyPattern(name, [['id']]) : null })
const [notices, reminders] = [table('notices', true), table('reminders', false)]

it('counts the rows behind an answer that all users read, and no others', async () => {
  const said: Statement[][] = [
    [{ text: 'select * from notices', rows: 9 }],
    [
      { text: 'select * from "notices" where id = 1', rows: 1 },
      { text: 'select * from reminders', rows: 4 },
    ],
  ]
  const target = { statements: async () => said.shift() ?? null }
  const told = async () => answered(200, 'told')
  expect(await counted(target, [notices, reminders], told)).toMatchObject({ open: 1 })
  expect(await counted(target, [reminders], told)).toMatchObject({ open: 0 })
})

const answered = (status: number, body: string): Answer => ({ status, body, json: null, headers: {}, ms: 0 })

it('a query of the query layer for the owner of a row does not count as a reached row', async () => {
  const text = 'select "notices"."user_id" from "notices" where "id" = $1'
  const target = { statements: async () => [{ text, rows: 1 }] }
  expect(await counted(target, [notices], async () => answered(500, 'no'))).toMatchObject({ open: 0 })
})

it('a refusal counts as a reached row', async () => {
  const target = { statements: async () => [] }
  const refused = async () => answered(403, '{"status":403,"code":"forbidden"}')
  expect(await counted(target, [notices], refused)).toMatchObject({ open: 1 })
  expect(await counted(target, [notices], async () => answered(403, 'no'))).toMatchObject({ open: 0 })
})

it('a write that names a row all users read, and finds no row of the caller, must be refused', () => {
  const write = 'update notices set title = $2 where id = $1 returning id'
  const none = (text: string) => [{ text, rows: 0 }]
  const one = (text: string) => [{ text, rows: 1 }]
  const tables = [reminders, notices]
  expect(unrefused(none(write), one(write), tables)).toBe('notices')
  expect(unrefused(none(write), none(write), tables)).toBeNull()
  expect(unrefused(none(write), null, tables)).toBeNull()
  expect(unrefused(one(write), one(write), tables)).toBeNull()
  for (const text of [
    'update notices set title = $2 where id = $1 and user_id = $3',
    'update notices set title = $2 where title = $1',
    'delete from reminders where id = $1',
    'select * from notices where id = $1',
    'select * from notices where id = $1 for update',
  ])
    expect(unrefused(none(text), one(text), tables), text).toBeNull()
})

it('a key that also belongs to a row all users read is not secret', () => {
  const keys = new Map([
    ['1', 'notices or reminders'],
    ['2', 'reminders'],
    ['3', 'notices'],
  ])
  expect([...secretKeys(keys, [notices, reminders]).keys()]).toEqual(['2'])
})

it('rows that all users read get no mark, and neither does a member that may be stored there', () => {
  const marks = newMarks([notices, reminders])
  expect([...marks.values()]).toEqual(['reminders.title'])
  const sent = { contentType: 'application/json', body: '{"title":"two words"}' }
  expect(withMark(sent, [notices, reminders], marks)).toBe(sent.body)
  expect(withMark(sent, [reminders], marks)).toContain('cnry')
})
