import { describe, expect, it } from 'vitest'
import { schemaChange } from './schema-change.js'

describe('a change of the schema', () => {
  it.each([
    ['create table "tasks" ("id" serial primary key)', 'create table "tasks"'],
    ['CREATE TABLE IF NOT EXISTS public.tasks\n(id int)', 'CREATE TABLE IF NOT EXISTS public.tasks'],
    ['-- first\n/* then */ create unique index i on t (a)', 'create unique index i on t'],
    ['select 1; drop table "a;b"', 'drop table "a_b"'],
    [`alter table t add column a text default 'hunter2 (x)'`, `alter table t add column a text default '…'`],
    [`create role bob password E'hunt\\'er2'`, "create role bob password '…'"],
    [`comment on table t is $$hunter2$$`, "comment on table t is '…'"],
    ['grant select on t to public', 'grant select on t to public'],
    ['select * into copied from t', 'select * into copied from t'],
    ['with x as (insert into t values (1) returning *) select * into copied from x', 'with x as'],
    ['do $x$ begin execute format($y$create table %I$y$, 1); create table a (b int); end $x$', "do '…'"],
    ['/* a /* b */ c */ create table x (id int)', 'create table x'],
    ["do e'begin create table \\'a\\' (b int); end'", "do '…'"],
    ['create or replace view v as select 1', 'create or replace view v as select 1'],
  ])('is named without what it holds: %s', (text, name) => {
    expect(schemaChange(text)).toBe(name)
    expect(schemaChange(text)).not.toContain('hunter2')
  })

  it.each([
    'select "create table" from t',
    `insert into t (a) values ('; drop table t; --')`,
    'insert into t select * from u',
    'with x as (insert into t values (1) returning *) select * from x',
    'select created_at, dropped from t -- create table x',
    'select 1 /* /* */; create table x (id int) */',
    'create temp table t (a int)',
    'create or replace temporary view v as select 1',
    'select 1 into temp t',
    'merge into t using u on true when matched then do nothing',
    'insert into t values ($1) on conflict do nothing',
    'do $$ begin perform 1; end $$',
    'truncate t',
    'select $1::text as "grant", $tag$create table x$tag$',
    '',
  ])('is not %s', (text) => expect(schemaChange(text)).toBeNull())
})
