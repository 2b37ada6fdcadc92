import { afterEach, expect, test } from 'vitest'
import { outcome, type Pile, pile } from '../../../../../test/support/ownership-pile.js'
import { ownershipStatus } from '../../../../../test/support/ownership-status.js'
import { readFloor } from '../floor.js'
import type { OwnershipPlan } from '../plan/ownership-plan.js'
import { planOwnership } from '../plan/plan-ownership.js'
import { reconcileOwnership } from '../reconcile.js'

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
  expect(failure).toContain('notes_slug_key is what tags.tags_note_fkey points to')
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
