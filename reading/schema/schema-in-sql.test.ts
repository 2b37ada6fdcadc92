import { expect, it } from 'vitest'
import { tablesInSql } from './schema-in-sql.js'

it('ignores tables in comments and string literals, and reports the line', () => {
  const sql = `/* create table old (id int) */
-- create table older (id int)
/* /* */ create table oldest (id int) */
insert into notes values ('create table n (id int)');
create table t (a text default 'x, y) z', b int references u);`
  const [table, ...more] = tablesInSql(sql, 'a.sql')
  expect(more).toEqual([])
  expect(table).toMatchObject({ name: 't', at: 'a.sql:5', columns: ['a', 'b'] })
  expect(table!.references).toEqual(new Map([['b', 'u']]))
})
