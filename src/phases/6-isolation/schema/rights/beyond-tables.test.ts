import { afterAll, beforeAll, expect, test } from 'vitest'
import { outcome, type Pile, pile } from '../../../../../test/support/ownership-pile.js'
import { lintOwnership } from '../lint.js'
import { planOwnership } from '../plan/plan-ownership.js'
import { reconcileOwnership } from '../reconcile.js'
import { standingProblems } from '../standing.js'

const SCHEMA = `
  create table users (id serial primary key, username text);
  create table notes (id serial primary key, title text not null, done bool not null default false, user_id int not null references users);
  create table countries (code text primary key, name text);
  create table hidden (id serial primary key);
  insert into users values (1, 'owner'), (2, 'second');
  insert into countries values ('fr', 'France');
  insert into notes (title, user_id) values ('mine', 1), ('theirs', 2)`

// The tests share a database: each adds objects of its own.
let db: Pile
beforeAll(async () => {
  db = await pile({
    schema: SCHEMA,
    tables: {
      notes: { owner: 'user_id', access: 'private' },
      countries: { access: 'reference' },
      hidden: { access: 'closed' },
    },
  })
})
afterAll(() => db?.close())

/** Brings the schema to the plan after the app, or a superuser, has added to it; the plan is empty afterwards. */
async function after({ app = '', superuser = '' }: { app?: string; superuser?: string }) {
  if (app) await db.app.query(app)
  if (superuser) await db.admin.query(superuser)
  await reconcileOwnership(db.app, db.plan)
  expect(await planOwnership(db.app, db.plan)).toEqual([])
}
const found = async (like: RegExp) =>
  (await lintOwnership(db.app, db.plan)).filter(({ table }) => like.test(table))
const named = async (like: RegExp) =>
  (await standingProblems(db.app, db.plan)).filter((problem) => like.test(problem))
const hasInvokerViews = async () =>
  Number((await db.admin.query('show server_version_num')).rows[0].server_version_num) >= 150000

test('a sequence that belongs to no column is drawn and read, never set, and is listed as shared', async () => {
  await after({ app: 'create sequence quote_no; create sequence "Odd No" owned by none' })
  for (const user of [1, 2]) {
    const client = await db.as(user)
    expect(await outcome(client, `select nextval('quote_no')::int as n`)).toEqual([{ n: user }])
    expect(await outcome(client, 'select last_value::int as n from quote_no')).toEqual([{ n: user }])
    expect(await outcome(client, `select setval('quote_no', 1)`)).toBe('42501')
  }
  expect(await found(/No|no/)).toMatchObject([
    { rule: 'shared-sequence', table: 'public.Odd No', part: 'sequence public.Odd No' },
    { rule: 'shared-sequence', table: 'public.quote_no', part: 'sequence public.quote_no' },
  ])
  expect(await named(/quote_no/)).toEqual([
    expect.stringMatching(
      /public\.quote_no: .* all users draw from.* waive the part 'sequence public\.quote_no'/,
    ),
  ])
})

test('the sequence of a closed table stays closed, unless a table in reach takes from it too', async () => {
  await after({
    app: `create sequence numbers; alter table notes add column no int default nextval('numbers');
      alter table hidden add column no int default nextval('numbers'), add column other int default nextval('hidden_id_seq')`,
  })
  const second = await db.as(2)
  expect(await outcome(second, `insert into notes (title) values ('numbered') returning no`)).toEqual([
    { no: 3 },
  ])
  await second.query(`delete from notes where title = 'numbered'`)
  expect(await outcome(second, `select nextval('hidden_id_seq')`)).toBe('42501')
  expect(await found(/numbers|hidden/)).toEqual([])
})

test('the writes of a view with the rights of the caller reach own rows only', async () => {
  if (!(await hasInvokerViews())) return
  await after({
    app: `create view open_notes with (security_invoker) as select id, title, done from notes where not done;
      create view titles with (security_invoker) as select upper(title) as title from notes;
      create function add_title() returns trigger language plpgsql as
        'begin insert into notes (title) values (lower(new.title)); return new; end';
      create trigger add_title instead of insert on titles for each row execute function add_title();
      create view counted with (security_invoker) as select count(*)::int as n from notes`,
  })
  const second = await db.as(2)
  expect(await outcome(second, `insert into open_notes (title) values ('new')`)).toEqual([1])
  expect(await outcome(second, `update open_notes set done = false`)).toEqual([2])
  expect(await outcome(second, `delete from open_notes where title = 'new'`)).toEqual([1])
  expect(await outcome(second, `insert into titles (title) values ('BY TRIGGER')`)).toEqual([1])
  expect(await outcome(second, 'select n from counted')).toEqual([{ n: 2 }])
  expect(await outcome(second, 'truncate notes')).toBe('42501')
  expect((await db.admin.query('select title from notes where user_id = 1')).rows).toEqual([
    { title: 'mine' },
  ])
  expect(await found(/titles|open_notes|counted/)).toEqual([])
  await second.query(`delete from notes where title = 'by trigger'`)
})

test('a view of reference data alone is read, with any rights, and not written', async () => {
  await after({
    app: `create view places as select * from countries; create view more_places as select * from places;
      create materialized view all_places as select * from countries; create view constants as select 1 as one`,
  })
  const second = await db.as(2)
  for (const view of ['places', 'more_places', 'all_places', 'constants'])
    expect(await outcome(second, `select count(*)::int as n from ${view}`), view).toEqual([{ n: 1 }])
  expect(await outcome(second, `update places set name = 'x'`)).toBe('42501')
  expect(await outcome(second, `insert into more_places values ('de', 'Germany')`)).toBe('42501')
  expect(await found(/places|constants/)).toEqual([])
})

test('a view that loses the rights of its caller loses those of requests, and is named', async () => {
  if (!(await hasInvokerViews())) return
  await after({ app: 'create view headings with (security_invoker) as select title from notes' })
  expect(await outcome(await db.as(2), 'select title from headings')).toEqual([{ title: 'theirs' }])
  await db.admin.query(
    'alter view headings owner to current_user; create or replace view headings as select title from notes',
  )
  expect(await outcome(await db.as(2), 'select title from headings')).toHaveLength(2)
  await db.admin.query(`alter view headings owner to ${db.plan.login}`)
  await after({})
  expect(await outcome(await db.as(2), 'select title from headings')).toBe('42501')
  expect(await named(/headings/)).toEqual([
    expect.stringMatching(/public\.headings.*not of the caller.*security_invoker/),
  ])
})

test('functions that the login alone may call are called by requests, with their own rights', async () => {
  await after({
    app: `create function how_many() returns int language sql stable as 'select count(*)::int from notes';
      create procedure finish("Which" text[]) language sql as 'update notes set done = true';
      create aggregate joined(text) (sfunc = textcat, stype = text, initcond = '');
      revoke execute on all routines in schema public from public;
      create schema helpers; create function helpers.twice(n int) returns int language sql as 'select 2 * n'`,
  })
  const second = await db.as(2)
  expect(await outcome(second, 'select how_many() as n')).toEqual([{ n: 1 }])
  expect(await outcome(second, `call finish('{}')`)).not.toBe('42501')
  expect(await outcome(second, 'select joined(title) as t from notes')).toEqual([{ t: 'theirs' }])
  expect(await outcome(second, 'select helpers.twice(2) as n')).toEqual([{ n: 4 }])
  expect((await db.admin.query('select done from notes order by id')).rows).toEqual([
    { done: false },
    { done: true },
  ])
  expect(await found(/how_many|finish|joined|helpers/)).toEqual([])
  expect(await named(/how_many|finish|joined|helpers/)).toEqual([])
})

test('a function that bypasses row security is not opened, and is named', async () => {
  await after({
    app: `create function spy() returns bigint language sql security definer as 'select count(*) from notes';
      revoke execute on function spy() from public;
      create schema tools; create function tools.spy() returns bigint language sql security definer as 'select count(*) from notes';
      create function tools.twice(n int) returns int language sql as 'select 2 * n'`,
  })
  const second = await db.as(2)
  expect(await outcome(second, 'select spy()')).toBe('42501')
  expect(await outcome(second, 'select tools.twice(1)')).toBe('42501')
  expect(await outcome(second, 'select tools.spy()')).toBe('42501')
  expect(await named(/spy/)).toEqual([
    expect.stringMatching(/public\.spy\(\).*runs as.*security invoker/),
    expect.stringMatching(/tools\.spy\(\).*runs as.*security invoker/),
    expect.stringMatching(/requests may not call public\.spy\(\).*security definer/),
    expect.stringMatching(/requests may not use schema tools.*tools\.spy\(\)/),
  ])
})

test('what a superuser made for the login alone is named with the statement that opens it', async () => {
  const { login, requestRole } = db.plan
  await after({
    superuser: `create sequence boss_no; grant usage on sequence boss_no to ${login};
      create function boss() returns int language sql as 'select 1'; revoke execute on function boss() from public;
      grant execute on function boss() to ${login};
      create schema vault; create extension pgcrypto schema vault; grant usage on schema vault to ${login}`,
  })
  const second = await db.as(2)
  expect(await outcome(second, 'select boss()')).toBe('42501')
  const problems = await named(/boss|vault/)
  expect(problems).toEqual([
    expect.stringContaining(`grant usage on sequence "public"."boss_no" to "${requestRole}"`),
    expect.stringContaining(`grant execute on routine public.boss() to "${requestRole}"`),
    expect.stringContaining(`grant usage on schema "vault" to "${requestRole}"`),
  ])
  for (const problem of problems) await db.admin.query(problem.match(/grant .* to "\w+"/)![0])
  expect(await outcome(second, 'select boss() as n')).toEqual([{ n: 1 }])
  expect(await outcome(second, `select nextval('boss_no')::int as n`)).toEqual([{ n: 1 }])
  expect(await outcome(second, 'select length(vault.gen_salt($1)) > 0 as made', ['bf'])).toEqual([
    { made: true },
  ])
})

test('a view whose rule runs queries with the rights of its owner is not written through', async () => {
  if (!(await hasInvokerViews())) return
  await after({
    app: `create view ruled with (security_invoker) as select title from notes;
      create rule noted as on insert to ruled do instead insert into hidden default values;
      create view kept with (security_invoker) as select title from notes; create rule kept as on delete to kept do instead nothing`,
  })
  expect(await outcome(await db.as(2), `insert into ruled values ('x')`)).toBe('42501')
  expect(await outcome(await db.as(2), 'select title from ruled')).toEqual([{ title: 'theirs' }])
  expect(await outcome(await db.as(2), `insert into kept values ('kept')`)).toEqual([1])
  expect(await outcome(await db.as(2), 'delete from kept')).toEqual([0])
})
