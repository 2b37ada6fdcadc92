import { expect, test } from 'vitest'
import { statementOf, statementText } from './statement.js'

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

test.each([
  ['select * from threads where id = $1', true],
  ['WITH t AS (select 1) select * from t', true],
  ['insert into threads values ($1)', true],
  ['select now(), today from threads', true],
  ["select * from threads where title = 'nowhere'", true],
  ["select * from threads where at > 'now'", false],
  ["select * from threads where title = 'a' and at > timestamptz 'Tomorrow'", false],
  ['begin', false],
  ['copy threads to stdout', false],
  ['', false],
])('whether the server may keep a text as prepared: %s', (text, keepable) => {
  expect(statementOf(text).keepable).toBe(keepable)
})

test.each([
  ['select 1 as single', true],
  ['select 1 as single;', false],
  ['select 1 as single; select 2', false],
])('whether a text is one statement: %s', (text, single) => {
  expect(statementOf(text).single).toBe(single)
})

test.each([
  ['select pg_cancel_backend($1)', true],
  ['SELECT pg_cancel_backend($1);', true],
  ['select pg_cancel_backend(id) from threads', false],
  ['select pg_cancel_backend($1), title from threads', false],
  ['select pg_cancel_backend($1); select 1', false],
])('whether a text only ends another query: %s', (text, cancels) => {
  expect(statementOf(text).cancels).toBe(cancels)
})

test.each([
  ['copy threads to stdout', true],
  ['COPY (select * from threads) TO STDOUT WITH csv', true],
  ["copy threads to '/tmp/stdout'", false],
  ['copy threads from stdin', false],
  ['copy stdout from stdin', false],
  ['select a to, stdout from threads', false],
  ['create table t as select 1 to stdout', false],
])('whether a text copies rows out: %s', (text, copiesOut) => {
  expect(statementOf(text).copiesOut).toBe(copiesOut)
})

test('a text of nothing but comments and blanks needs no user', () => {
  for (const text of ['', ' ', '-- nothing', '/* /* */ */', ';']) expect(statementOf(text).bare).toBe(true)
})

test.each<[string, object, object, string]>([
  ['its text', { text: 'select 1', name: 'a' }, {}, 'select 1'],
  ['the text of its cursor', { cursor: { text: 'select 2' } }, {}, 'select 2'],
  ['the text its name was prepared with', { name: 'a' }, { parsedStatements: { a: 'select 3' } }, 'select 3'],
  ['a text that reads, for an unknown name', { name: 'b' }, { parsedStatements: { a: 'x' } }, 'execute'],
  ['a text that reads, where no name is kept', { name: 'b', text: '' }, {}, 'execute'],
  ['nothing', { name: '', text: 7 }, {}, ''],
  ['nothing, for a name that is not text', { name: 7 }, {}, ''],
])('the text of a query is %s', (_what, asked, wire, text) => {
  expect(statementText(asked as never, wire as never)).toBe(text)
})

test('a text that skips rows costs by their number', () => {
  expect(statementOf('select title from threads order by id OFFSET 10').steps).toBe(true)
  expect(statementOf("select title from threads where title = 'offset'").steps).toBe(false)
})
