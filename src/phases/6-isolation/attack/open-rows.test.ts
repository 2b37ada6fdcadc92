import { expect, it } from 'vitest'
import type { Statement } from '../../../gate/gate.js'
import { newMarks, withMark } from './canary.js'
import { counted } from './open-rows.js'
import { type OwnedTable, secretKeys } from './rows.js'

const table = (name: string, readable: boolean): OwnedTable => ({
  name,
  owner: 'user_id',
  readable,
  key: 'id',
  keys: ['id'],
  handles: ['id'],
  isNumber: true,
  text: ['title'],
})
const [notices, reminders] = [table('notices', true), table('reminders', false)]

it('rows that everybody reads are counted behind an answer, and no others', async () => {
  const said: Statement[][] = [
    [{ text: 'select * from notices', rows: 9 }],
    [
      { text: 'select * from "notices" where id = 1', rows: 1 },
      { text: 'select * from reminders', rows: 4 },
    ],
  ]
  const target = { statements: async () => said.shift() ?? null }
  expect(await counted(target, [notices, reminders], async () => 'told')).toEqual({ answer: 'told', open: 1 })
  expect(await counted(target, [reminders], async () => 'told')).toEqual({ answer: 'told', open: 0 })
})

it('a key that is also one of a row everybody reads is no secret', () => {
  const keys = new Map([
    ['1', 'notices or reminders'],
    ['2', 'reminders'],
    ['3', 'notices'],
  ])
  expect([...secretKeys(keys, [notices, reminders]).keys()]).toEqual(['2'])
})

it('what everybody reads is given no mark, nor a member that may go there', () => {
  const marks = newMarks([notices, reminders])
  expect([...marks.values()]).toEqual(['reminders.title'])
  const sent = { contentType: 'application/json', body: '{"title":"two words"}' }
  expect(withMark(sent, [notices, reminders], marks)).toBe(sent.body)
  expect(withMark(sent, [reminders], marks)).toContain('cnry')
})
