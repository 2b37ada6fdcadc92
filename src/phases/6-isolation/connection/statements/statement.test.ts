import { expect, test } from 'vitest'
import { statementOf } from './statement.js'

test.each([
  'select 1',
  'SELECT 1+1 AS result', // Sequelize
  'SELECT version()', // TypeORM, and its next two
  'SELECT * FROM current_schema()',
  'SELECT * FROM current_database()',
  'select version();', // knex
  'begin',
  '-- why\ncommit',
])('what a library asks of a new connection needs no user: %s', (text) => {
  expect(statementOf(text).bare).toBe(true)
})

test.each([
  'select * from threads',
  'select * from current_schema(), threads',
  'select * from current_schema() union select title from threads',
  'select version(), title from threads',
  'select * from version(select 1)',
  'commit; select * from threads',
  'select 1; select * from threads',
  '/* /* */ set x */ select * from threads',
  '/* /* */ commit /* */ */ select * from threads',
  'begin\u00a0; select 1',
])('what reads more than that needs one: %s', (text) => {
  expect(statementOf(text).bare).toBe(false)
})

test.each([
  ['begin; insert into threads values (1)', true],
  ['/* all */ START TRANSACTION', true],
  ["insert into threads values ('; begin')", false],
  ['do $$ begin perform 1; end $$', false],
  ['select $1, $2 -- begin', false],
  ["select E'it\\'s'; begin", true],
  ['update threads set beginning = 1', false],
  ["select e'\\' begin', 1", false],
  ["select e'a'\n'\\'; begin", false],
  ['/* /* */ begin */ select 1', false],
])('whether a text may begin a transaction: %s', (text, begins) => {
  expect(statementOf(text).begins).toBe(begins)
})
