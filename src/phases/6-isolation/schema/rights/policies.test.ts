import { randomBytes } from 'node:crypto'
import { afterEach, expect, test } from 'vitest'
import { outcome, type Pile, pile } from '../../../../../test/support/ownership-pile.js'
import { findTable, readCatalog } from '../../../../database/catalog.js'
import { lintOwnership } from '../lint.js'
import type { OwnershipPlan } from '../plan/ownership-plan.js'
import { planOwnership } from '../plan/plan-ownership.js'
import { reconcileOwnership } from '../reconcile.js'

/** A role that the app has granted rights to, as Supabase does: row security alone keeps it out. */
const ANON = `anon_${randomBytes(6).toString('hex')}`
const TABLES = ['users', 'notes', 'visits', 'visits_1', 'drafts', 'logins']
const SCHEMA = `
  create table users (id serial primary key, username text unique, password_hash text);
  insert into users (username, password_hash) values ('owner', 'secret');
  select setval('users_id_seq', 100);
  create table notes (id serial primary key, text text);
  insert into notes (text) values ('a'), ('b');
  create table visits (id int, day date, primary key (id, day)) partition by range (day);
  create table visits_1 partition of visits default;
  insert into visits values (1, '2025-01-01');
  create table drafts (id serial primary key, text text);
  insert into drafts (text) values ('open to all'), ('hidden');
  create table logins (sid text primary key, user_id int);
  insert into logins values ('key', 1);
  alter table users enable row level security; alter table notes enable row level security;
  alter table visits enable row level security; alter table visits_1 enable row level security;
  alter table logins enable row level security, force row level security;`
const OWNED: OwnershipPlan['tables'] = {
  notes: { owner: 'user_id', access: 'private' },
  visits: { owner: 'user_id', access: 'private' },
  drafts: { owner: 'user_id', access: 'private' },
}
const LOGIN = {
  users: ['username'],
  register: false,
  tables: [{ table: 'logins', token: 'sid', owner: 'user_id' }],
}

let db: Pile
afterEach(async () => {
  await db.admin.query(`drop owned by ${ANON}; drop role ${ANON}`)
  await db.close()
})

async function closedPile(): Promise<void> {
  db = await pile({ schema: SCHEMA, tables: OWNED })
  await db.admin.query(`create role ${ANON}`)
  await db.app.query(`grant select, insert, update, delete on ${TABLES.join(', ')} to ${ANON};
    grant usage on all sequences in schema public to ${ANON}`)
  db.plan = { ...db.plan, ownLogin: LOGIN }
}

/** What the role reaches of each table. */
async function reached(): Promise<Record<string, unknown>> {
  const found: Record<string, unknown> = {}
  await db.admin.query(`set role ${ANON}`)
  for (const table of TABLES) found[table] = (await db.admin.query(`select from ${table}`)).rowCount
  await db.admin.query('reset role')
  return found
}

/** Whether row security of these tables is on, and for their owner too. */
async function securityOf(...names: string[]): Promise<string[]> {
  const catalog = await readCatalog(db.app)
  return names.map((name) => {
    const { rowSecurity, forced } = findTable(catalog, name)!
    return rowSecurity ? (forced ? 'forced' : 'on') : 'off'
  })
}

const CLOSED = { users: 0, notes: 0, visits: 0, visits_1: 0, drafts: 2, logins: 0 }

test('a table that the app closed by row security stays closed to its other roles', async () => {
  await closedPile()
  expect(await reached()).toEqual(CLOSED)
  await reconcileOwnership(db.app, db.plan)
  expect(await reached()).toEqual(CLOSED)
  await db.admin.query(`set role ${ANON}`)
  for (const sql of [`update notes set text = 'x'`, 'delete from notes', 'delete from users'])
    expect(await outcome(db.admin, sql), sql).toEqual([0])
  expect(await outcome(db.admin, `insert into notes (text) values ('planted')`)).toBe('42501')
  await db.admin.query('reset role')

  // The app's own login and its requests reach what they did.
  expect(await outcome(db.app, 'select text from notes order by 1')).toEqual([{ text: 'a' }, { text: 'b' }])
  expect(await outcome(db.app, `insert into notes (text) values ('c') returning user_id`)).toEqual([
    { user_id: 1 },
  ])
  const owner = await db.as(1)
  expect(await outcome(owner, `insert into notes (text) values ('d') returning user_id`)).toEqual([
    { user_id: 1 },
  ])
  expect(await outcome(owner, 'select id from visits_1')).toEqual([{ id: 1 }])
  expect(await outcome(owner, 'select user_id from logins')).toEqual([{ user_id: 1 }])
  expect(await outcome(await db.as(2), 'select * from notes')).toEqual([0])
})

test('a later run has nothing to do, and a policy that comes back is as closed as before', async () => {
  await closedPile()
  await reconcileOwnership(db.app, db.plan)
  expect(await planOwnership(db.app, db.plan)).toEqual([])
  expect(await lintOwnership(db.app, db.plan)).toEqual([])

  await db.app.query('drop policy usertwo_select on notes; drop policy usertwo_owner on logins')
  await db.app.query('alter policy usertwo_update on notes to public')
  expect((await lintOwnership(db.app, db.plan)).map(({ what }) => what)).toEqual([
    'policy usertwo_select is missing',
    expect.stringMatching(/^policy usertwo_update was changed: for update to public /),
    'policy usertwo_owner is missing',
  ])
  await reconcileOwnership(db.app, db.plan)
  expect(await planOwnership(db.app, db.plan)).toEqual([])
  expect(await reached()).toEqual(CLOSED)

  // One that keeps how the table was: the other policies still tell that it was closed.
  await db.app.query('drop policy usertwo_system on notes')
  await reconcileOwnership(db.app, db.plan)
  expect(await planOwnership(db.app, db.plan)).toEqual([])
  expect(await reached()).toEqual(CLOSED)
})

test('policies of an earlier version, which kept nothing, stay as they are', async () => {
  await closedPile()
  await reconcileOwnership(db.app, db.plan)
  await db.app.query(`comment on policy usertwo_system on notes is null;
    alter policy usertwo_select on notes to public; alter policy usertwo_insert on notes to public;
    alter policy usertwo_update on notes to public; alter policy usertwo_delete on notes to public`)
  expect(await planOwnership(db.app, db.plan)).toEqual([])
  expect(await lintOwnership(db.app, db.plan)).toEqual([])
})

test('a table that is not owned any more gets back row security as it was', async () => {
  await closedPile()
  await db.app.query(`create policy later on drafts for select to ${ANON} using (text <> 'hidden');
    alter table notes force row level security; create policy mine on notes to ${db.plan.login} using (true)`)
  await reconcileOwnership(db.app, db.plan)
  expect(await securityOf('notes', 'visits', 'visits_1', 'drafts', 'logins')).toEqual(Array(5).fill('forced'))
  const { ownLogin: _, ...plan } = db.plan
  const tables: OwnershipPlan['tables'] = {
    notes: { access: 'reference' },
    visits: { access: 'closed' },
    drafts: { access: 'closed' },
  }
  await reconcileOwnership(db.app, { ...plan, tables })
  expect(await securityOf('notes', 'visits', 'visits_1', 'drafts', 'logins')).toEqual([
    'forced',
    'on',
    'on',
    'off',
    'forced',
  ])
  expect(await reached()).toEqual(CLOSED)
  expect(await planOwnership(db.app, { ...plan, tables })).toEqual([])
})

test('without a comment row security goes with the last policy', async () => {
  await closedPile()
  await db.app.query('create policy mine on visits using (true)')
  await reconcileOwnership(db.app, db.plan)
  for (const name of ['notes', 'visits'])
    await db.app.query(`comment on policy usertwo_system on ${name} is null`)
  const tables: OwnershipPlan['tables'] = {
    ...OWNED,
    notes: { access: 'closed' },
    visits: { access: 'closed' },
  }
  await reconcileOwnership(db.app, { ...db.plan, tables })
  expect(await securityOf('notes', 'visits')).toEqual(['off', 'forced'])
})
