import { afterEach, beforeAll, expect, test } from 'vitest'
import { outcome, type Pile, pile } from '../../../../../test/support/ownership-pile.js'
import { findTable, readCatalog } from '../../../../database/catalog.js'
import { planOwnership } from '../plan/plan-ownership.js'
import { reconcileOwnership } from '../reconcile.js'
import type { OwnershipError } from '../step.js'

const USERS = `
  create table users (id serial primary key, username text);
  insert into users values (1, 'owner'), (2, 'second');`
const SCHEMA = `${USERS}
  create table tags (name text primary key);
  create table notes (id serial primary key, tag text constraint by_tag references tags on update cascade on delete cascade);
  create table folders (path text primary key, parent text references folders);
  insert into tags values ('work'); insert into notes (tag) values ('work'), (null);
  insert into folders values ('/', null), ('/a', '/')`
const TABLES: Pile['plan']['tables'] = {
  tags: { owner: 'user_id', access: 'private', unique: ['tags_pkey'] },
  notes: { owner: 'user_id', access: 'private' },
  folders: { owner: 'user_id', access: 'private', unique: ['folders_pkey'] },
}

let db: Pile
afterEach(() => db?.close())

const contract = () => reconcileOwnership(db.app, db.plan, { contract: true })
const keysOf = async (table: string) => findTable(await readCatalog(db.admin), table)!.foreignKeys
/** `by_tag: FOREIGN KEY …`, and whether its rows were checked. */
const pointing = async (table: string) =>
  (await keysOf(table))
    .filter(({ target }) => target.id !== 'public.users')
    .map(({ name, declared }) => `${name}: ${declared}`)

test('a contract gives the keys the owner, under their own names and with their own actions', async () => {
  db = await pile({ schema: SCHEMA, tables: TABLES })
  await reconcileOwnership(db.app, db.plan)
  const left = await planOwnership(db.app, db.plan, { contract: true })
  expect(left.map(({ kind, name }) => `${kind} ${name}`)).toEqual([
    'contract public.tags: tags_pkey, with public.notes.by_tag, gives way to one per user',
    'contract public.notes: by_tag with the owner, checked',
    'contract public.folders: folders_pkey, with public.folders.folders_parent_fkey, gives way to one per user',
    'contract public.folders: folders_parent_fkey with the owner, checked',
  ])
  await contract()
  expect(await planOwnership(db.app, db.plan, { contract: true })).toEqual([])
  expect(await pointing('notes')).toEqual([
    'by_tag: FOREIGN KEY (user_id, tag) REFERENCES public.tags(user_id, name) ON UPDATE CASCADE ON DELETE CASCADE',
  ])
  expect(await pointing('folders')).toEqual([
    'folders_parent_fkey: FOREIGN KEY (user_id, parent) REFERENCES public.folders(user_id, path)',
  ])
  // One index over (user_id, name): the key points to the one that has become the primary key.
  expect(findTable(await readCatalog(db.admin), 'tags')!.indexes).toMatchObject([
    { primary: true, columns: ['user_id', 'name'] },
  ])
  const b = await db.as(2)
  expect(await outcome(b, `insert into notes (tag) values ('work')`)).toBe('23503')
  expect(await outcome(b, `insert into tags values ('work') returning name`)).toEqual([{ name: 'work' }])
  expect(await outcome(b, `insert into notes (tag) values ('work'), (null)`)).toEqual([2])
  expect(await outcome(b, `update tags set name = 'job'`)).toEqual([1])
  expect(await outcome(b, `delete from tags`)).toEqual([1])
  expect((await db.admin.query('select user_id, tag from notes order by 1, 2')).rows).toEqual([
    { user_id: 1, tag: 'work' },
    { user_id: 1, tag: null },
    { user_id: 2, tag: null },
  ])
})

test('an interruption between any two steps is resumed', async () => {
  db = await pile({ schema: SCHEMA, tables: TABLES })
  const total = (await planOwnership(db.app, db.plan, { contract: true })).length
  for (let stopped = 0; stopped < total; stopped++) {
    let steps = 0
    const onStep = () => {
      if (steps++ === 1) throw new Error('killed')
    }
    await reconcileOwnership(db.app, db.plan, { contract: true, onStep }).catch(() => {})
    // Old or new, the key holds at each moment.
    expect(await outcome(db.app, `insert into notes (tag) values ('nowhere')`)).toBe('23503')
  }
  await contract()
  expect(await planOwnership(db.app, db.plan, { contract: true })).toEqual([])
  expect(await pointing('notes')).toEqual([expect.stringMatching(/^by_tag: .* ON DELETE CASCADE$/)])
  expect(await pointing('folders')).toEqual([
    expect.stringMatching(/^folders_parent_fkey: .*\(user_id, path\)$/),
  ])
})

test('a contract that ends in the middle of a step changes nothing, and is repeated', async () => {
  db = await pile({ schema: SCHEMA, tables: TABLES })
  await reconcileOwnership(db.app, db.plan)
  const tables = async () => (await readCatalog(db.admin)).tables
  const before = await tables()
  // A reader of the child, for which the step waits.
  const reader = await db.system()
  await reader.query('begin; select from notes')
  const login = await db.system()
  const ended = reconcileOwnership(login, db.plan, { contract: true, lockTimeout: 60_000 }).catch(
    () => 'ended',
  )
  const waiting = `from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`
  await expect
    .poll(async () => (await db.admin.query(`select pg_terminate_backend(pid) ${waiting}`)).rowCount)
    .toBe(1)
  expect(await ended).toBe('ended')
  expect(await tables()).toEqual(before)
  expect(await outcome(db.app, `insert into notes (tag) values ('nowhere')`)).toBe('23503')
  await reader.query('commit')
  await contract()
  expect(await planOwnership(db.app, db.plan, { contract: true })).toEqual([])
  expect(await pointing('notes')).toEqual([expect.stringMatching(/^by_tag: FOREIGN KEY \(user_id, tag\)/)])
})

test('a database whose parent was indexed before its key became one per user ends the same', async () => {
  db = await pile({ schema: SCHEMA, tables: { ...TABLES, tags: { owner: 'user_id', access: 'private' } } })
  await reconcileOwnership(db.app, db.plan)
  db.plan.tables.tags = TABLES.tags!
  await contract()
  expect(await planOwnership(db.app, db.plan, { contract: true })).toEqual([])
  expect(await pointing('notes')).toEqual([expect.stringMatching(/^by_tag: FOREIGN KEY \(user_id, tag\)/)])
})

let major: number
beforeAll(async () => {
  db = await pile({ schema: USERS, tables: {} })
  const { rows } = await db.admin.query<{ major: number }>(
    `select current_setting('server_version_num')::int / 10000 as major`,
  )
  major = rows[0]!.major
  await db.close()
})

/** What keeps a unique of `tags` one for all users. */
async function refusal(sql: string, more: Pile['plan']['tables'] = {}): Promise<readonly string[]> {
  db = await pile({
    schema: `${USERS} create table tags (name text primary key, kind text, unique (kind, name)); ${sql}`,
    tables: {
      tags: { owner: 'user_id', access: 'private', unique: ['tags_pkey', 'tags_kind_name_key'] },
      notes: { owner: 'user_id', access: 'private' },
      ...more,
    },
  })
  const before = await readCatalog(db.admin)
  const problems = await contract().then(
    () => [],
    (error: OwnershipError) => error.problems,
  )
  if (problems.length) expect(await readCatalog(db.admin)).toEqual(before)
  await db.close()
  return problems
}

test('what cannot be done is refused by name, before anything changes', async () => {
  const one = (rest: string) =>
    `create table notes (id serial primary key, tag text constraint by_tag references tags ${rest})`
  expect(await refusal(one(''), { notes: { access: 'closed' } })).toEqual([
    'public.tags: unique tags_pkey stays one for all users: public.notes.by_tag points to it, and public.notes has no owner column: name one, tables.notes.owner; or take it out of tables.tags.unique',
  ])
  expect(await refusal(one('on update set null'))).toEqual([
    expect.stringMatching(
      /tags_pkey .*\.by_tag points to it, and its on update set null would set the owner column too/,
    ),
  ])
  expect(await refusal(one('on update set default'))).toHaveLength(1)
  for (const set of ['null', 'default'])
    expect(await refusal(one(`on delete set ${set}`)), set).toEqual(
      major < 15 ? [expect.stringMatching(/by_tag points to it, and its on delete set .* before 15/)] : [],
    )
  const two = (rest: string) =>
    `create table notes (id serial primary key, kind text, tag text, constraint by_tag foreign key (kind, tag) references tags (kind, name) ${rest})`
  expect(await refusal(two('match full'))).toEqual([
    expect.stringMatching(/tags_kind_name_key .* match full/),
  ])
  expect(await refusal(two('match full').replaceAll(/(kind|tag) text,/g, '$1 text not null,'))).toEqual([])
  const readable = { owner: 'user_id', access: 'readable', unique: ['tags_pkey'] } as const
  expect(await refusal(one(''), { tags: readable })).toEqual([
    expect.stringMatching(/by_tag .* readable: make it private, or set tables.notes.via: 'tag'/),
  ])
  expect(
    await refusal(one(''), { tags: readable, notes: { owner: 'user_id', access: 'private', via: 'tag' } }),
  ).toEqual([])
  if (major >= 18)
    expect(await refusal(one('not enforced'))).toEqual([expect.stringMatching(/by_tag .* not enforced/)])
})

test('a unique of the child that would reveal a value has to be one per user too', async () => {
  const hues = `create table notes (id serial primary key, text text);
    create table hues (tag text primary key references tags, hue text);
    create table links (note_id int references notes, tag text references tags, place int unique, primary key (note_id, tag));
    create unique index hues_lower on hues (lower(tag))`
  const owned = { owner: 'user_id', access: 'private' } as const
  expect(await refusal(hues, { hues: owned, links: owned })).toEqual(
    ['hues_lower', 'hues_pkey'].map((name) =>
      expect.stringMatching(
        new RegExp(`public.hues: unique ${name} names tag of hues_tag_fkey, .* tables.hues.unique too`),
      ),
    ),
  )
  expect(
    await refusal(hues, { hues: { ...owned, unique: ['hues_pkey', 'hues_lower'] }, links: owned }),
  ).toEqual([])
  const named = { hues: { ...owned, unique: ['hues_pkey', 'hues_lower'] }, links: owned }
  const withNotes = await refusal(hues, { ...named, notes: { ...owned, unique: ['notes_pkey'] } })
  expect(withNotes.length).toBeGreaterThan(0)
  for (const line of withNotes)
    expect(line).toMatch(/public.links: unique links_pkey names .* tables.links.unique too/)
})

test('on delete set null empties the key alone', async () => {
  if (major < 15) return
  db = await pile({
    schema: `${USERS} create table tags (name text primary key);
      create table notes (id serial primary key, tag text references tags on delete set null);
      create table marks (id serial primary key, tag text default 'none' references tags on delete set default);
      insert into tags values ('work'), ('none'); insert into notes (tag) values ('work'); insert into marks (tag) values ('work')`,
    tables: {
      tags: { owner: 'user_id', access: 'private', unique: ['tags_pkey'] },
      notes: { owner: 'user_id', access: 'private' },
      marks: { owner: 'user_id', access: 'private' },
    },
  })
  await contract()
  const b = await db.as(2)
  await b.query(`insert into tags values ('work'), ('none')`)
  await b.query(`insert into notes (tag) values ('work')`)
  await b.query(`insert into marks (tag) values ('work')`)
  expect(await outcome(b, `delete from tags where name = 'work'`)).toEqual([1])
  const sql = 'select user_id, tag from notes union all select user_id, tag from marks order by 1, 2'
  expect((await db.admin.query(sql)).rows).toEqual([
    { user_id: 1, tag: 'work' },
    { user_id: 1, tag: 'work' },
    { user_id: 2, tag: 'none' },
    { user_id: 2, tag: null },
  ])
})
