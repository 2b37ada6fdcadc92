import { afterEach, expect, test } from 'vitest'
import { outcome, type Pile, pile } from '../../../../../test/support/ownership-pile.js'
import { ownershipStatus } from '../../../../../test/support/ownership-status.js'
import { readFloor } from '../floor.js'
import { lintOwnership } from '../lint.js'
import type { OwnershipPlan } from '../plan/ownership-plan.js'
import { planOwnership } from '../plan/plan-ownership.js'
import { reconcileOwnership } from '../reconcile.js'
import { standingProblems } from '../standing.js'

const UNIQUES = ['notes_slug_key', 'notes_lower', 'notes_live', 'notes_place_key']
const SCHEMA = `
  create table users (id serial primary key, username text);
  create table notes (id serial primary key, user_id int not null references users, slug text, "Title" text,
    gone boolean default false, place int, constraint notes_slug_key unique (slug),
    constraint notes_place_key unique (place) deferrable initially deferred);
  create unique index notes_lower on notes (lower("Title"));
  create unique index notes_live on notes ("Title", slug) where not gone;
  insert into users values (1, 'owner'), (2, 'second');
  insert into notes (user_id, slug, "Title", place) values (1, 'a', 'A', 1), (1, 'b', 'B', 2)`

let db: Pile
afterEach(() => db?.close())

const notes = (unique: string[]): OwnershipPlan['tables'] => ({
  notes: { owner: 'user_id', access: 'private', unique },
})

test('a unique is per user only after a contract; until then old code is not affected', async () => {
  db = await pile({ schema: SCHEMA, tables: notes(UNIQUES) })
  const oldUpsert = `insert into notes (slug) values ('a') on conflict (slug) do update set slug = 'a' returning id`
  const { done } = await reconcileOwnership(db.app, db.plan)
  expect(done.filter(({ kind }) => kind === 'contract')).toEqual([])
  expect(await outcome(db.app, oldUpsert)).toEqual([{ id: 1 }])
  expect(await outcome(await db.as(2), `insert into notes (slug) values ('a')`)).toBe('23505')
  expect(await readFloor(db.app)).toEqual({ dial: 0, because: [] })
  expect((await ownershipStatus(db.app, db.plan)).complete).toBe(true)

  const left = await planOwnership(db.app, db.plan, { contract: true })
  expect(left.map(({ kind, name }) => `${kind} ${name}`)).toEqual(
    UNIQUES.map((name) => `contract public.notes: ${name} gives way to one per user`),
  )
  await reconcileOwnership(db.app, db.plan, { contract: true })
  expect(await planOwnership(db.app, db.plan, { contract: true })).toEqual([])
  expect(await outcome(db.app, oldUpsert)).toBe('42P10')
  const b = await db.as(2)
  const own = `insert into notes (slug, "Title", place) values ('a', 'a', 1) returning slug`
  expect(await outcome(b, own)).toEqual([{ slug: 'a' }])
  expect(await outcome(b, `insert into notes (slug) values ('a')`)).toBe('23505')
  expect(await outcome(b, `insert into notes ("Title") values ('A')`)).toBe('23505')
  expect(await outcome(b, `insert into notes (place) values (1)`)).toBe('23505')
  // Checked at commit, as before.
  expect(await outcome(db.app, 'update notes set place = 3 - place where place in (1, 2)')).toEqual([2])
  const floor = await readFloor(db.app)
  expect([floor.dial, floor.because.length, floor.because[0]]).toEqual([
    6,
    4,
    'public.notes: notes_live is one per user now',
  ])
  expect((await ownershipStatus(db.app, db.plan)).floor).toBe(6)
})

test('the floor stays when the configuration drops the entry, and falls when the old index exists again', async () => {
  db = await pile({ schema: SCHEMA, tables: notes(['notes_slug_key']) })
  await reconcileOwnership(db.app, db.plan, { contract: true })
  const forgetful = { ...db.plan, tables: notes([]) }
  expect((await ownershipStatus(db.app, forgetful)).floor).toBe(6)
  await db.app.query('alter table notes add constraint notes_slug_key unique (slug)')
  expect((await readFloor(db.app)).dial).toBe(0)
})

test('an interruption between any two steps is resumed', async () => {
  db = await pile({ schema: SCHEMA, tables: notes(UNIQUES) })
  await reconcileOwnership(db.app, { ...db.plan, tables: notes([]) })
  const total = (await planOwnership(db.app, db.plan, { contract: true })).length
  expect(total).toBe(10)
  for (let stopped = 0; stopped < total; stopped++) {
    let steps = 0
    const onStep = () => {
      if (steps++ === 1) throw new Error('killed')
    }
    await reconcileOwnership(db.app, db.plan, { contract: true, onStep }).catch(() => {})
  }
  expect(await planOwnership(db.app, db.plan, { contract: true })).toEqual([])
  expect((await readFloor(db.app)).because).toHaveLength(4)
})

test('an index that is missing, is a key, or is referenced is refused, with the possible names', async () => {
  db = await pile({
    schema: `${SCHEMA}; create table tags (id serial primary key, note text references notes (slug))`,
    tables: { ...notes(['notes_pkey', 'notes_slug_key', 'nothing']), tags: { access: 'closed' } },
  })
  const failure = await planOwnership(db.app, db.plan).catch((error: Error) => error.message)
  expect(failure).toContain('notes_pkey is the primary key, which the database makes')
  expect(failure).toContain('notes_slug_key stays one for all users: public.tags.tags_note_fkey points to it')
  expect(failure).toContain(
    'nothing is not a unique index of this table; its unique indexes are: notes_live, notes_lower',
  )
})

test('a primary key that users choose becomes one per user by a contract, with the owner in front', async () => {
  db = await pile({
    schema: `create table users (id serial primary key, username text);
      create table settings (key text primary key, value text not null);
      insert into users values (1, 'owner'), (2, 'second'); insert into settings values ('theme', 'dark')`,
    tables: { settings: { owner: 'user_id', access: 'private', unique: ['settings_pkey'] } },
  })
  await reconcileOwnership(db.app, db.plan)
  const own = `insert into settings (key, value) values ('theme', 'light') returning value`
  expect(await outcome(await db.as(2), own)).toBe('23505')
  await reconcileOwnership(db.app, db.plan, { contract: true })
  expect(await planOwnership(db.app, db.plan, { contract: true })).toEqual([])
  const b = await db.as(2)
  expect(await outcome(b, own)).toEqual([{ value: 'light' }])
  expect(await outcome(b, own)).toBe('23505')
  const { rows } = await db.app.query(
    `select pg_get_constraintdef(oid) as key from pg_constraint where conrelid = 'settings'::regclass and contype = 'p'`,
  )
  expect(rows).toEqual([{ key: 'PRIMARY KEY (user_id, key)' }])
  expect((await readFloor(db.app)).dial).toBe(6)
})

test('a unique that a function or rule names stays at the contract until that is changed, and the function is named', async () => {
  const upsert = (target: string) =>
    `create or replace function count_day() returns trigger language plpgsql as $$ begin
      -- on conflict (slug)
      insert into days (day, n) values (new.day, 1) on conflict ${target} do update set n = days.n + 1;
      return new; end $$`
  db = await pile({
    schema: `create table users (id serial primary key, username text);
      create table days (id serial primary key, day date not null, n int not null, constraint days_day_key unique (day));
      create table payments (id serial primary key, day date not null);
      create table tags (id serial primary key, name text unique, slug text unique, hue text unique, code text unique, tint text unique, shade text unique);
      create unique index tags_lower on tags (lower(name));
      insert into users values (1, 'owner'), (2, 'second');
      ${upsert('(day)')};
      create trigger count_day after insert on payments for each row execute function count_day();
      create function add_tag(text) returns void language sql as 'insert into public.tags as t (name) values ($1) on conflict on constraint tags_name_key do nothing';
      create function add_slug(text) returns void language plpgsql as
        $f$ begin execute 'insert into tags (slug) values ($1) on conflict (slug) do nothing' using $1; end $f$;
      create function add_tint(text) returns void language plpgsql as
        $f$ begin execute format('insert into %I (tint) values ($1) on conflict (tint) do nothing', 'tags') using $1; end $f$;
      create function add_shade(text) returns void language plpgsql as
        $f$ begin execute 'insert into ' || 'tags' || ' (shade) values ($1)' || ' on conflict ("shade") do nothing' using $1; end $f$;
      create function add_lower(text) returns void language sql as 'insert into tags (name) values ($1) on conflict (lower(name)) do nothing';
      create table words (name text primary key); create table uses (id serial primary key, word text references words);
      create view hues as select hue from tags;
      create rule add_hue as on insert to hues do instead insert into tags (hue) values (new.hue) on conflict (hue) do nothing`,
    tables: {
      days: { owner: 'user_id', access: 'private', unique: ['days_day_key'] },
      payments: { owner: 'user_id', access: 'private' },
      words: { owner: 'user_id', access: 'private' },
      uses: { owner: 'user_id', access: 'private' },
      tags: {
        owner: 'user_id',
        access: 'private',
        unique: [
          'tags_name_key',
          'tags_slug_key',
          'tags_hue_key',
          'tags_code_key',
          'tags_lower',
          'tags_tint_key',
          'tags_shade_key',
        ],
      },
    },
  })
  const pay = `insert into payments (day) values ('2026-01-01')`
  await reconcileOwnership(db.app, db.plan, { contract: true })
  expect(await planOwnership(db.app, db.plan, { contract: true })).toEqual([])
  for (const n of [1, 2]) expect(await outcome(db.app, pay), `payment ${n}`).toEqual([1])
  for (const call of [`add_tag('a')`, `add_slug('b')`, `add_lower('c')`, `add_tint('d')`, `add_shade('e')`])
    expect(await outcome(db.app, `select ${call}`), call).toHaveLength(1)
  expect(await outcome(db.app, `insert into hues values ('red')`)).toEqual([1])
  expect((await readFloor(db.app)).because).toEqual(['public.tags: tags_code_key is one per user now'])
  const named = (await lintOwnership(db.app, db.plan)).filter(({ rule }) => rule === 'unique-named')
  expect(named.map(({ what }) => what)).toEqual([
    expect.stringMatching(/days_day_key .* function public\.count_day\(\) names it/),
    expect.stringMatching(/tags_name_key .* function public\.add_tag\(text\) names it/),
    expect.stringMatching(/tags_slug_key .* function public\.add_slug\(text\) names it/),
    expect.stringMatching(/tags_hue_key .* rule add_hue on public\.hues names it/),
    expect.stringMatching(/tags_lower .* function public\.add_lower\(text\)/),
    expect.stringMatching(/tags_tint_key .* function public\.add_tint\(text\)/),
    expect.stringMatching(/tags_shade_key .* function public\.add_shade\(text\)/),
  ])
  expect(await standingProblems(db.app, db.plan)).toEqual(
    expect.arrayContaining([
      expect.stringMatching(/^public\.hues: rule add_hue runs queries/),
      expect.stringMatching(/^public\.words: words_pkey .* uses\.uses_word_fkey points to it/),
      expect.stringMatching(/^public\.days: days_day_key .* on conflict \(user_id, …\)/),
    ]),
  )

  await db.app.query(upsert('(user_id, day)'))
  await reconcileOwnership(db.app, db.plan, { contract: true })
  for (const user of [1, 2]) expect(await outcome(await db.as(user), pay), `user ${user}`).toEqual([1])
  expect((await db.admin.query('select user_id, n from days order by 1')).rows).toEqual([
    { user_id: 1, n: 3 },
    { user_id: 2, n: 1 },
  ])
})

test('a primary key by which a view groups stays at the contract until the view groups by its columns', async () => {
  const view = (by: string) =>
    `create or replace view counted as select p.slug, p.title, count(d.id)::int as days from pages p left join days d on d.slug = p.slug group by ${by}`
  db = await pile({
    schema: `create table users (id serial primary key, username text);
      create table pages (slug text primary key, title text); create table days (id serial primary key, slug text);
      create table words (word text primary key, title text);
      insert into users values (1, 'owner'), (2, 'second'); insert into pages values ('garden', 'Garden');
      ${view('p.slug')}`,
    tables: {
      pages: { owner: 'user_id', access: 'private', unique: ['pages_pkey'] },
      days: { owner: 'user_id', access: 'private' },
      words: { owner: 'user_id', access: 'private', unique: ['words_pkey'] },
    },
  })
  await reconcileOwnership(db.app, db.plan, { contract: true })
  expect(await planOwnership(db.app, db.plan, { contract: true })).toEqual([])
  expect((await readFloor(db.app)).because).toEqual(['public.words: words_pkey is one per user now'])
  const named = async () =>
    (await lintOwnership(db.app, db.plan)).filter(({ rule }) => rule === 'unique-named')
  expect(await named()).toMatchObject([
    {
      what: expect.stringMatching(/pages_pkey .* view public\.counted/),
      fix: expect.stringContaining('every column that it reads'),
    },
  ])
  await db.app.query(view('p.slug, p.title'))
  await reconcileOwnership(db.app, db.plan, { contract: true })
  expect(await named()).toEqual([])
  expect((await readFloor(db.app)).because).toHaveLength(2)
  expect(await outcome(db.app, 'select title, days from counted')).toEqual([{ title: 'Garden', days: 0 }])
})

test('a unique per user keeps how its constraint was declared, the replica identity and the mark to cluster on', async () => {
  db = await pile({
    schema: `create table users (id serial primary key, username text);
      insert into users values (1, 'owner'), (2, 'second');
      create table slots (id serial primary key, room text, place int, t text,
        constraint slots_one unique nulls not distinct (room, place) include (id) with (fillfactor = 80) deferrable initially deferred);
      create table codes (code text, constraint codes_pkey primary key (code) deferrable);
      create table slugs (id serial primary key, slug text not null, t text, constraint slugs_slug_key unique (slug));
      create table words (word text primary key, t text);
      create table visits (day date not null, page text not null, t text, constraint visits_page unique (page, day)) partition by range (day);
      create table visits_1 partition of visits default;
      alter table slugs replica identity using index slugs_slug_key, cluster on slugs_slug_key;
      alter table words replica identity using index words_pkey, cluster on words_pkey;
      alter table visits_1 replica identity using index visits_1_page_day_key, cluster on visits_1_page_day_key;
      insert into slots (room) values ('a'); insert into codes values ('k'); insert into slugs (slug) values ('s');
      insert into words values ('w'); insert into visits values ('2025-01-01', 'p')`,
    tables: Object.fromEntries(
      [
        ['slots', 'slots_one'],
        ['codes', 'codes_pkey'],
        ['slugs', 'slugs_slug_key'],
        ['words', 'words_pkey'],
        ['visits', 'visits_page'],
      ].map(([table, unique]) => [table, { owner: 'user_id', access: 'private', unique: [unique!] }]),
    ),
  })
  await db.admin.query('create publication all_of_it for table slugs, words, visits, visits_1')
  const update = async () => {
    for (const table of ['slugs', 'words', 'visits', 'visits_1'])
      expect(await outcome(db.app, `update ${table} set t = 'x'`), table).toEqual([1])
  }
  await update()
  await reconcileOwnership(db.app, db.plan, { contract: true })
  expect(await planOwnership(db.app, db.plan, { contract: true })).toEqual([])
  await update()
  const { rows } =
    await db.app.query(`select conrelid::regclass::text as table, pg_get_constraintdef(k.oid) as is,
      c.reloptions as stored from pg_constraint k join pg_class c on c.oid = k.conindid
    where conrelid = any('{slots,codes}'::regclass[]) and conname like '%per_user' order by 1`)
  expect(rows).toEqual([
    { table: 'codes', is: 'PRIMARY KEY (user_id, code) DEFERRABLE', stored: null },
    {
      table: 'slots',
      is: 'UNIQUE NULLS NOT DISTINCT (user_id, room, place) INCLUDE (id) DEFERRABLE INITIALLY DEFERRED',
      stored: ['fillfactor=80'],
    },
  ])
  expect(await outcome(db.app, `insert into slots (room) values ('a')`)).toBe('23505')
  expect(await outcome(await db.as(2), `insert into slots (room) values ('a')`)).toEqual([1])
  const marks =
    await db.app.query(`select indexrelid::regclass::text as index, indisclustered as clustered from pg_index
    where indisreplident order by 1`)
  expect(marks.rows).toEqual(
    ['slugs_slugs_slug_key', 'visits_1_visits_page', 'words_words_pkey'].map((name) => ({
      index: `usertwo_${name}_per_user`,
      clustered: true,
    })),
  )
})
