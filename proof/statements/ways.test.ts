// Each way finds what the others cannot: rights, values, commands that PostgreSQL does not prepare, the contract.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parseConfig } from '../../src/config/config.js'
import { withClient } from '../../src/database/with-client.js'
import { databases } from '../../test/support/postgres.js'
import type { Clone, Template } from '../postgres/throw-away.js'
import { evidenceOf, evidenceOfChange } from './found.js'
import { type NewSchemaFinding, tryOnNewSchema } from './new-schema.js'

const SCHEMA = `
  create table users (id serial primary key, username text);
  create table old_users (id int, username text, gone_at timestamptz);
  insert into users (username) values ('owner');
  create table notes (id serial primary key, text text not null, done boolean not null default false);
  create table old_notes (id int, text text, done boolean, gone_at timestamptz);
  create table labels (name text primary key, color text);
  create materialized view counted as select count(*) as n from notes;
  create view titles as select id, text from notes;
  create sequence quote_no;
  insert into notes (text) values ('one'), ('two'); insert into labels values ('a', 'red');
  create function colors() returns setof text language plpgsql as $$
    begin
      return query select l.color from labels l group by l.name;
    end $$;
  create function colors_in_sql() returns setof text language sql as 'select l.color from labels l group by l.name';
  create function first_note() returns notes language plpgsql as $$
    begin
      return row(1, 'one', false)::notes;
    end $$;
  create function honest_sum(n int) returns int language plpgsql as $$
    begin
      return (n + 1)::int;
    end $$;
  create procedure archive_all() language sql as 'delete from notes';
  create procedure archive(which int) language sql as 'delete from notes where id = which'`
/** What a superuser has opened to the login alone. */
const BY_SUPERUSER = (login: string) => `
  create sequence boss_no; grant usage on sequence boss_no to "${login}";
  create function boss() returns int language sql as 'select 1'; revoke execute on function boss() from public;
  create procedure boss_of() language sql as 'select 1'; revoke execute on procedure boss_of() from public;
  grant execute on routine boss(), boss_of() to "${login}"`

const IN_REQUESTS = 'in a request after `migrate up`'
const BARE = 'without usertwo after `migrate up`'
const OF_USERS = 'insert into old_users select *, now() from users'
const FAILS: [shape: string, text: string, when: string, error: RegExp][] = [
  ['an archive of users', OF_USERS, BARE, /42601 .*; write: insert into old_users \(id, username, gone_at\)/],
  ['a view', 'select * from titles', IN_REQUESTS, /42501 permission denied for view titles/],
  [
    'a function behind a branch that no tried value takes',
    'select case when $1::int = 77 then boss() else 0 end',
    IN_REQUESTS,
    /42501 permission denied for function boss/,
  ],
  ['a sequence', "select nextval('boss_no')", IN_REQUESTS, /42501 permission denied for sequence boss_no/],
  [
    'a sequence that is set',
    "select setval('quote_no', 1)",
    IN_REQUESTS,
    /42501 .*; leave it to the sequence/,
  ],
  ['a table that is emptied', 'truncate notes', IN_REQUESTS, /42501 .*; delete the rows/],
  ['a table that is emptied with its numbers', 'truncate table notes restart identity', IN_REQUESTS, /42501/],
  ['a procedure', 'call boss_of()', IN_REQUESTS, /42501 permission denied for procedure boss_of/],
  [
    'a view that keeps rows',
    'refresh materialized view counted',
    IN_REQUESTS,
    /42501 must be owner of materialized view counted.*; it keeps a copy of every user’s rows: replace it by a view/,
  ],
  [
    'restored rows',
    'insert into notes select * from jsonb_populate_recordset(null::notes, $1)',
    BARE,
    /(?:42501|23502) /,
  ],
  [
    'the rows of a query in a file',
    'copy (select *, now() from notes union all select * from old_notes) to stdout',
    BARE,
    /42601 /,
  ],
]
const CHANGES: [shape: string, text: string, isShown: boolean][] = [
  ['a row', 'select row_to_json(n) from notes n', true],
  ['the rows of a query', 'select json_agg(t) from (select * from notes) t', true],
  ['and more', 'select row_to_json(t) from (select n.*, 1 as one from notes n) t', true],
  ['of a query in a query', 'select to_jsonb(t) from (select * from (select * from notes) s) t', true],
  ['the rows of a query with a name', 'with t as (select * from notes) select json_agg(u) from t u', true],
  [
    'the rows of what is written',
    'with t as (delete from notes returning *) select json_agg(t) from t',
    true,
  ],
  ['a query in a file', 'copy (select * from notes) to stdout', false],
  ['a part of it', 'copy (select n.* from notes n where done) to stdout csv header', false],
]
const HONEST = [
  'select json_agg(t) from (select id, text from notes) t',
  'select json_agg(t.text) from (select * from notes) t',
  'with t as (select id from notes) select json_agg(t) from t',
  'select json_agg(notes) from (select id from notes) notes',
  'copy (select id, text from notes) to stdout',
  'copy (select count(*) from notes) to stdout',
  "select nextval('quote_no')",
  'call archive_all()',
  'call archive($1)',
  'call archive(?)',
  'lock table notes in exclusive mode',
  'insert into notes (text) select text from jsonb_populate_recordset(null::notes, $1)',
]
const TEXTS = [...FAILS.map(([, text]) => text), ...CHANGES.map(([, text]) => text), ...HONEST]
const lineOf = (text: string) => `server.js:${TEXTS.indexOf(text) + 1}`

const config = parseConfig({
  app: { start: ['node', 'server.js'] },
  owner: { id: 1 },
  users: { table: 'users' },
  tables: {
    notes: { owner: 'user_id' },
    labels: { owner: 'user_id', unique: ['labels_pkey'] },
    old_notes: { access: 'closed' },
    old_users: { access: 'closed' },
  },
})

let found: NewSchemaFinding
let template: Template
const made: Clone[] = []
const copy = async () => {
  made.push(await databases().clone(template))
  return made.at(-1)!
}
const sources = TEXTS.map((text) => ({ text, at: lineOf(text) }))
beforeAll(async () => {
  template = await databases().template('ways', async ({ url, adminUrl }) => {
    await withClient(url, 'test', (client) => client.query(SCHEMA))
    await withClient(adminUrl, 'test', (client) => client.query(BY_SUPERUSER(new URL(url).username)))
  })
  found = await tryOnNewSchema(copy, config, { recorded: [], sources })
}, 120_000)
afterAll(async () => {
  for (const one of made) await one.drop()
})

test.each(FAILS)('%s is named where it fails, with the fix', (_, text, when, error) => {
  const said = found.broken.filter(({ at }) => at === lineOf(text))
  expect(said.map((one) => one.when)).toEqual([when])
  expect(evidenceOf(said[0]!).what).toMatch(error)
})

test.each(CHANGES)('%s shows the owner column, and is named', (_, text, isShown) => {
  expect(found.broken.filter(({ at }) => at === lineOf(text))).toEqual([])
  const said = found.changed.filter(({ at }) => at === lineOf(text))
  expect(said.map((one) => one.isShown)).toEqual([isShown])
  expect(evidenceOfChange(said[0]!).what).toMatch(/user_id/)
})

test('what is honest is not named', () => {
  const honest = HONEST.map(lineOf)
  const isHonest = ({ at }: { at: string }) => honest.includes(at) || at.includes('honest')
  expect(found.broken.filter(isHonest)).toEqual([])
  expect(found.changed.filter(isHonest)).toEqual([])
  expect(found.untried).toEqual([])
  expect(found.refused).toEqual([])
})

test('a function that only the contract breaks fails in requests too', () => {
  const broken = found.broken.filter(({ at }) => at.startsWith('function colors'))
  expect(broken.map(({ at, when, now }) => [at, when, now.code]).sort()).toEqual([
    ['function colors(), line 3', 'in a request after `migrate up --contract`', '42803'],
    ['function colors_in_sql()', 'in a request after `migrate up --contract`', '42803'],
  ])
})

test('a row that a function makes by its values is named', () => {
  const [broken] = found.broken.filter(({ at }) => at.startsWith('function first_note'))
  expect(broken).toMatchObject({ at: 'function first_note(), line 3', when: BARE, now: { code: '42846' } })
})

test('in phase 3 only the table of users has more columns, and only what depends on them is named', async () => {
  const { broken, changed, lost } = await tryOnNewSchema(copy, config, { recorded: [], sources }, 3)
  expect(broken.map(({ at, when, now }) => [at, when, now.code])).toEqual([[lineOf(OF_USERS), BARE, '42601']])
  expect([changed, lost]).toEqual([[], []])
})
