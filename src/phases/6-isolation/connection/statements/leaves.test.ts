import { expect, test } from 'vitest'
import { statementOf } from './statement.js'

const leaves = (text: string) => statementOf(text).leaves

test.each([
  "set time zone 'UTC'",
  'SET SESSION work_mem = 1',
  'set role none',
  'reset all',
  'discard all',
  'select 1; set a.b = 1',
  '/* /* */ mine */ set a.b = 1',
  "select set_config('a.b', '1', false)",
  "select title, set_config('a.b', title, false) from threads",
  "select set_config('a.b', '1', $1)",
  "select set_config('a.b', '1', true or $1)",
  "select set_config('a.b', concat('x', true), false)",
  "select set_config('a.b', '1', true), set_config('a.c', '1', false)",
  "select set_config('a.c', '1', false), set_config('a.b', '1', true)",
  "select set_config('a.b', '1')",
  `select "set_config"('a.b', '1', false)`,
  "select set_config('a.b', (",
])('a setting stays after %s', (text) => {
  expect(leaves(text)).toBe('settings')
})

test.each([
  'declare c cursor with hold for select 1',
  'begin; DECLARE c CURSOR WITH HOLD FOR select 1',
  'create temp table t (n int)',
  'create temporary view v as select 1',
  'create local temp table t (n int)',
  'select 1 into temp t',
  'select * into temporary t from threads',
  'create table pg_temp.t (n int)',
  'insert into pg_temp.t select 1',
  'create table "pg_temp"."t" as select 1',
  'create table pg_temp_3.t (n int)',
  'create or replace temp view v as select 1',
  'select 1 into local temp t',
  'explain analyze create temp table t as select 1',
  'set a.b = 1; create temp table t (n int)',
  "select set_config('a.b', '1', false) into temp t",
])('rows stay after %s', (text) => {
  expect(leaves(text)).toBe('objects')
})

test.each([
  'select 1',
  'set local a.b = 1',
  'set transaction isolation level serializable',
  'set constraints all deferred',
  'update threads set n = 1',
  'update threads set n = 1; select n',
  'declare c cursor for select 1',
  'declare c cursor for select 1; select hold from threads',
  'select hold, temp, temporary from threads',
  'select n into temp_notes from threads',
  'create table notes (n int)',
  'create table a (n int); select temp from threads',
  "select 'set a.b = 1', 'pg_temp'",
  "select set_config('a.b', '1', true)",
  "select set_config('a.b', concat('x', f(1, 2)), true)",
  "select set_config('a.b', (select max(title) from threads), TRUE), 1",
  'select set_config from threads',
  'select reset, discard from threads',
])('nothing stays after %s', (text) => {
  expect(leaves(text)).toBeNull()
})
