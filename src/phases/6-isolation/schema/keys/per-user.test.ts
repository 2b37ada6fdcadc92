import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, expect, test } from 'vitest'
import { outcome, type Pile, pile } from '../../../../../test/support/ownership-pile.js'
import { lintOwnership } from '../lint.js'
import { planOwnership } from '../plan/plan-ownership.js'
import { reconcileOwnership } from '../reconcile.js'
import { standingProblems } from '../standing.js'
import { giveFirstRows } from './per-user.js'

let db: Pile
afterEach(() => db?.close())

test("a new user gets the owner's settings once, with an id of its own", async () => {
  db = await pile()
  await reconcileOwnership(db.app, db.plan)
  await db.admin.query(`insert into users values (2, 'second')`)
  const system = await db.system()
  expect(await giveFirstRows(system, db.plan, 2)).toEqual(['public.settings'])
  expect(await giveFirstRows(system, db.plan, 2)).toEqual([])
  expect(await outcome(await db.as(2), 'select start_die, note, user_id from settings')).toEqual([
    { start_die: 8, note: 'mine', user_id: 2 },
  ])
  expect(await outcome(db.app, 'select count(*)::int from settings')).toEqual([{ count: 1 }])
})

test("a new user's row does not tell when the owner did what", async () => {
  db = await pile()
  await db.admin.query(
    "alter table settings add made timestamptz default '2020-01-02', add ends timestamptz default '2999-01-02'",
  )
  await reconcileOwnership(db.app, db.plan)
  await db.admin.query(`insert into users values (2, 'second')`)
  await giveFirstRows(await db.system(), db.plan, 2)
  expect(
    await outcome(
      await db.as(2),
      "select made > now() - interval '1 minute' as new, ends::date::text from settings",
    ),
  ).toEqual([{ new: true, ends: '2999-01-02' }])
})

test("a new user's row names no row of the owner's, and a table that needs one is named before", async () => {
  const own = { owner: 'user_id', access: 'private' as const }
  db = await pile({
    schema: `create table users (id serial primary key, username text);
      create table boards (slug text primary key, name text);
      create table langs (id serial primary key, name text);
      create table preferences (id serial primary key, theme text, "defaultBoard" text references boards, lang_id int references langs);
      create table pins (id serial primary key, board text not null references boards);
      insert into users values (1, 'owner'), (2, 'second');
      insert into boards values ('home', 'Home'); insert into langs (name) values ('en');
      insert into preferences (theme, "defaultBoard", lang_id) values ('dark', 'home', 1); insert into pins (board) values ('home')`,
    tables: {
      boards: { ...own, unique: ['boards_pkey'] },
      langs: { access: 'reference' },
      preferences: { ...own, perUser: true },
      pins: own,
    },
  })
  expect(await standingProblems(db.app, db.plan)).toEqual([])
  for (const contract of [false, true]) {
    await reconcileOwnership(db.app, db.plan, { contract })
    const system = await db.system()
    expect(await giveFirstRows(system, db.plan, 2)).toEqual(['public.preferences'])
    const rows = await outcome(await db.as(2), 'select theme, "defaultBoard", lang_id from preferences')
    expect(rows).toEqual([{ theme: 'dark', defaultBoard: null, lang_id: 1 }])
    await system.query('delete from preferences where user_id = 2')
  }
  const needs = { ...db.plan, tables: { ...db.plan.tables, pins: { ...own, perUser: true } } }
  const named = expect.stringMatching(
    /^public.pins: board names a row of public.boards, .* tables.pins.perUser$/,
  )
  expect(await standingProblems(db.app, needs)).toEqual([named])
  await expect(giveFirstRows(await db.system(), needs, 2)).rejects.toThrow(/pins: board names a row/)
})

test('a second registration under way waits for the first, and copies nothing more', async () => {
  db = await pile()
  await reconcileOwnership(db.app, db.plan)
  await db.admin.query(`insert into users values (2, 'second')`)
  const [first, second] = [await db.system(), await db.system()]
  await first.query('begin')
  await second.query('begin')
  expect(await giveFirstRows(first, db.plan, 2)).toEqual(['public.settings'])
  const waiting = giveFirstRows(second, db.plan, 2)
  await sleep(200)
  await first.query('commit')
  expect(await waiting).toEqual([])
  await second.query('commit')
  expect(await outcome(db.admin, 'select count(*)::int from settings where user_id = 2')).toEqual([
    { count: 1 },
  ])
})

test('is refused where rows of others are hidden', async () => {
  db = await pile()
  await reconcileOwnership(db.app, db.plan)
  await db.admin.query(`insert into users values (2, 'second')`)
  await expect(giveFirstRows(db.app, db.plan, 2)).rejects.toThrow(/hidden from this connection/)
  await expect(giveFirstRows(await db.as(1), db.plan, 2)).rejects.toThrow(/hidden from this connection/)
})

test('a table of one row holds one for each user after a contract, which the plan asks for before', async () => {
  const unique = {
    settings: ['settings_pkey'],
    flags: ['flags_pkey'],
    mode: ['mode_pkey'],
    profile: ['profile_one'],
  }
  const own = (name: keyof typeof unique) => ({
    owner: 'user_id',
    access: 'private' as const,
    perUser: true,
    unique: unique[name],
  })
  db = await pile({
    schema: `create table users (id serial primary key, username text);
      create table settings (id int primary key default 1 check (id = 1), theme text not null);
      create table flags (only_one boolean primary key default true check (only_one), beta boolean not null default false);
      create table mode (name text primary key check (name = 'app'), dark boolean not null);
      create table profile (id serial primary key, bio text); create unique index profile_one on profile ((true));
      insert into users values (1, 'owner'), (2, 'second');
      insert into settings (theme) values ('dark'); insert into flags default values; insert into mode values ('app', true);
      insert into profile (bio) values ('me')`,
    tables: { settings: own('settings'), flags: own('flags'), mode: own('mode'), profile: own('profile') },
  })
  const waits = Object.entries(unique).map(([table, [index]]) =>
    expect.stringMatching(
      new RegExp(
        `^public.${table}: ${index} .* no other user can register; run: usertwo migrate up --contract$`,
      ),
    ),
  )
  expect(await standingProblems(db.app, db.plan)).toEqual(waits)
  await reconcileOwnership(db.app, db.plan)
  expect(await standingProblems(db.app, db.plan)).toEqual(waits)
  const upsert = `insert into settings (id, theme) values (1, 'blue') on conflict (id) do update set theme = excluded.theme returning id`
  expect(await outcome(db.app, upsert)).toEqual([{ id: 1 }])
  const system = await db.system()
  await expect(giveFirstRows(system, db.plan, 2)).rejects.toThrow(/settings.id: .* one for each user/)

  await reconcileOwnership(db.app, db.plan, { contract: true })
  expect(await planOwnership(db.app, db.plan, { contract: true })).toEqual([])
  expect(await lintOwnership(db.app, db.plan)).toEqual([])
  expect(await standingProblems(db.app, db.plan)).toEqual([])
  const tables = Object.keys(unique).map((name) => `public.${name}`)
  expect(await giveFirstRows(system, db.plan, 2)).toEqual(tables)
  expect(await giveFirstRows(system, db.plan, 2)).toEqual([])
  const second = await db.as(2)
  expect(await outcome(second, `update settings set theme = 'light' where id = 1 returning id`)).toEqual([
    { id: 1 },
  ])
  expect(await outcome(second, 'insert into settings (id, theme) values (2, $1)', ['x'])).toBe('23514')
  expect(await outcome(second, 'insert into settings (theme) values ($1)', ['x'])).toBe('23505')
  expect(await outcome(second, `insert into profile (bio) values ('more')`)).toBe('23505')
  expect(await outcome(second, 'select name, dark from mode')).toEqual([{ name: 'app', dark: true }])
  expect(await outcome(db.app, 'select theme from settings where id = 1')).toEqual([{ theme: 'blue' }])
})

test('the rows of a new user have each type that a column has, and a default where a value is left out', async () => {
  const rows = [
    { kind: 'reminder' },
    {
      kind: 'credit',
      last: 5,
      ratio: 0.25,
      tags: ['a', "b'c"],
      more: { deep: [1, null] },
      day: '2026-02-03',
      on: false,
    },
  ]
  const unique = ['counters_pkey']
  db = await pile({
    schema: `create table users (id serial primary key, username text);
      create table counters (kind text primary key, last int not null default 0, ratio numeric(4, 2), tags text[] default '{}',
        more jsonb, day date, "on" boolean not null default true);
      create table tags (name text, unique (name));
      insert into users values (1, 'owner'), (2, 'second'); insert into counters (kind, last) values ('reminder', 9)`,
    tables: {
      counters: { owner: 'user_id', access: 'private', newUserRows: rows, unique },
      tags: { owner: 'user_id', access: 'private', newUserRows: [{}] },
    },
  })
  await reconcileOwnership(db.app, db.plan)
  const closed = (problems: string[]) => problems.filter((one) => one.includes('no other user can register'))
  expect(closed(await standingProblems(db.app, db.plan))).toEqual([
    expect.stringMatching(
      /^public.counters: counters_pkey .* the row of a second user is refused, .* --contract$/,
    ),
  ])
  await reconcileOwnership(db.app, db.plan, { contract: true })
  expect(closed(await standingProblems(db.app, db.plan))).toEqual([])
  const system = await db.system()
  expect(await giveFirstRows(system, db.plan, 2)).toEqual(['public.counters', 'public.tags'])
  expect(await giveFirstRows(system, db.plan, 2)).toEqual([])
  expect(
    await outcome(
      await db.as(2),
      `select kind, last, ratio, tags, more, day::text, "on" from counters order by last`,
    ),
  ).toEqual([
    { kind: 'reminder', last: 0, ratio: null, tags: [], more: null, day: null, on: true },
    {
      kind: 'credit',
      last: 5,
      ratio: '0.25',
      tags: ['a', "b'c"],
      more: { deep: [1, null] },
      day: '2026-02-03',
      on: false,
    },
  ])
  expect(await outcome(db.app, 'select last from counters')).toEqual([{ last: 9 }])
})

test('rows of a new user that the table cannot hold are named before anything changes', async () => {
  db = await pile({
    tables: {
      threads: { owner: 'user_id', access: 'private', newUserRows: [{ user_id: 2 }, { titel: 'x' }] },
      snapshots: { owner: 'user_id', access: 'private', newUserRows: [{ id: 1 }] },
      tasks: { access: 'reference' },
    },
  })
  await db.app.query(`alter table snapshots alter id set generated always`)
  await expect(planOwnership(db.app, db.plan)).rejects.toThrow(
    /threads.user_id: newUserRows cannot give the owner[\s\S]*threads.titel: newUserRows names a column that does not exist[\s\S]*snapshots.id: newUserRows gives a column that the database computes/,
  )
})
