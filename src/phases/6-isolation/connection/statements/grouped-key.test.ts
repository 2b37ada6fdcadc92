import { expect, test } from 'vitest'
import { withOwnGroups } from './grouped-key.js'

const KEYS = new Map([
  ['notes', { schema: 'public', owner: 'user_id', columns: ['id'] }],
  ['tags', { schema: 'public', owner: 'user_id', columns: ['name'] }],
  ['invoices', { schema: 'public', owner: 'owner"id', columns: ['year', 'Number'] }],
])
const own = (sql: string) => withOwnGroups(sql, (table) => KEYS.get(table))

test.each([
  [
    'select n.*, count(t.tag) from notes n left join note_tags t on t.note_id = n.id where n.id is distinct from $1 group by n.id order by n.title',
    'select n.*, count(t.tag) from notes n left join note_tags t on t.note_id = n.id where n.id is distinct from $1 group by n.id, n."user_id" order by n.title',
  ],
  [
    'select title, extract(year from at) from public.notes GROUP BY id HAVING count(*) > 1',
    'select title, extract(year from at) from public.notes GROUP BY id, notes."user_id" HAVING count(*) > 1',
  ],
  [
    'select i.* from invoices as "i" group by i."Number", lower(x), i.year limit 1',
    'select i.* from invoices as "i" group by i."Number", lower(x), i.year, "i"."owner""id" limit 1',
  ],
  [
    'select * from (select n.id, n.title from notes n, tags t group by n.id, t.name) x where x.id = 1',
    'select * from (select n.id, n.title from notes n, tags t group by n.id, t.name, n."user_id", t."user_id") x where x.id = 1',
  ],
  [
    'insert into days select t.name, t.color from tags t group by t.name on conflict (name) do nothing',
    'insert into days select t.name, t.color from tags t group by t.name, t."user_id" on conflict (name) do nothing',
  ],
  [
    'with c as (select name, color from tags group by name) select n.title from c join notes n using (id) group by n.id',
    'with c as (select name, color from tags group by name, tags."user_id") select n.title from c join notes n using (id) group by n.id, n."user_id"',
  ],
  [
    'select title from notes tablesample system (10) group by id union all select color from tags group by name',
    'select title from notes tablesample system (10) group by id, notes."user_id" union all select color from tags group by name, tags."user_id"',
  ],
  [
    'select n.title from (notes n join tags t on true) group by n.id',
    'select n.title from (notes n join tags t on true) group by n.id, n."user_id"',
  ],
])('%s groups by the key per user', (sql, expected) => {
  expect(own(sql)).toBe(expected)
})

test.each([
  'select count(*) from notes group by title',
  'select year from invoices group by year',
  'select n.title from notes n group by n.id, n.user_id',
  'select n.title from notes n join other o on o.id = n.other group by o.id',
  'select title from notes group by rollup (id)',
  'select title from notes group by grouping sets ((id), ())',
  'with notes as (select 1 as id) select id from notes group by id',
  'with notes (id) as materialized (select 1) select id from notes group by id',
  'select * from notes(1) n group by n.id',
  `select 'from notes group by id'`,
  'select n.title from notes n group by n.id + 1',
  'select n.title from notes n group by',
  'select title from other.notes2 group by id',
  'select title from other.notes group by id',
])('%s stays as it is written', (sql) => {
  expect(own(sql)).toBe(sql)
})
