import { expect, test } from 'vitest'
import { parseConfig } from '../../../../src/config/config.js'
import { tableIn } from './jobs.js'

const config = parseConfig({
  app: { start: ['node', 'server.js'] },
  owner: { id: 1 },
  users: { table: 'users' },
  tables: {
    days: { owner: 'user_id' },
    notes: { owner: 'user_id' },
    moods: { access: 'reference' },
  },
})

test.each([
  [`delete from notes where updated_at < now() - interval '30 days'`, 'notes'],
  [`insert into "days" (day) values ('notes of may')`, 'days'],
  ['select * from notes -- not days', 'notes'],
  [`select pg_notify('days', $1)`, null],
  ['do $$ begin delete from notes; end $$', 'notes'],
  ['select * from moods', null],
  ['select id from users', 'users'],
])('%s is about %s', (sql, table) => {
  expect(tableIn(sql, config)).toBe(table)
})
