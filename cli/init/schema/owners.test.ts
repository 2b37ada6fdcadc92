import pg from 'pg'
import { beforeAll, expect, test } from 'vitest'
import { catalogOf } from '../../../proof/inventory/look.js'
import type { Catalog } from '../../../src/database/catalog.js'
import { freshDatabase } from '../../../test/support/postgres.js'
import { ownershipOf } from './owners.js'

const SCHEMA = `
  create table users (id serial primary key, username text not null);
  create table issues (id serial primary key, reported_by integer not null references users,
    assigned_to integer references users);
  create table kinds (id serial primary key, label text not null);
  create table colours (id serial primary key, label text not null);
  create table notes (id serial primary key, user_id integer not null references users);
  create table loans (id serial primary key, approved_by integer references users, lender integer references users);
  create table swaps (id serial primary key, assignee_id integer not null references users, opened_by integer not null references users);
  create table chores (id serial primary key, assignee_id integer references users,
    colour_id integer references colours on delete set null)`

let catalog: Catalog
beforeAll(async () => {
  const { adminUrl } = await freshDatabase()
  const client = new pg.Client({ connectionString: adminUrl })
  await client.connect()
  await client.query(SCHEMA).finally(() => client.end())
  catalog = await catalogOf(adminUrl)
})

const read = (said: Record<string, string>) =>
  ownershipOf(catalog, {
    counts: new Map([
      ['kinds', 2],
      ['colours', 3],
    ]),
    firstPerson: 1,
    named: null,
    writes: new Map([['issues', 'app.js:1']]),
    said: new Map(Object.entries(said)),
  })
const entry = (of: ReturnType<typeof read>, name: string) => of.tables.find((table) => table.name === name)

test('only what the catalog does not say is a question, with the guess as its answer', () => {
  const { unsure } = read({})
  expect(unsure.map(({ table, guess, answers }) => [table, guess, answers])).toEqual([
    ['colours', 'yes', ['yes', 'no']],
    ['kinds', 'yes', ['yes', 'no']],
    ['issues', 'reported_by', ['reported_by', 'assigned_to']],
    ['loans', 'lender', ['lender', 'approved_by']],
    ['swaps', 'opened_by', ['opened_by', 'assignee_id']],
  ])
})

test('of several people a row names, one that it must name and who made it is its owner', () => {
  expect(entry(read({}), 'issues')).toMatchObject({ owner: 'reported_by' })
  expect(entry(read({}), 'chores')).toMatchObject({ owner: 'user_id', why: 'added; all its rows are yours' })
})

test('a shared table is read-only if a deletion would reach rows of other users', () => {
  expect(entry(read({}), 'colours')).toEqual({
    name: 'colours',
    access: 'reference',
    why: 'no code of the app changes it, and it has rows from the start',
  })
  expect(entry(read({}), 'kinds')).toMatchObject({ owner: 'user_id', access: 'readable' })
})

test('an answer of the user is taken for certain', () => {
  expect(entry(read({}), 'kinds')).toMatchObject({ access: 'readable' })
  expect(entry(read({ kinds: 'no' }), 'kinds')).not.toHaveProperty('access')
  const said = read({ issues: 'assigned_to' })
  expect(entry(said, 'issues')).toMatchObject({ owner: 'assigned_to', why: 'as you said' })
  expect(said.guesses.find(({ about }) => about === 'table issues')).toMatchObject({ sure: 'certain' })
})

test('without a table of people, a column that rows name their author by is the owner’s, and says who that is', async () => {
  const { adminUrl } = await freshDatabase()
  const client = new pg.Client({ connectionString: adminUrl })
  await client.connect()
  await client
    .query(`create table entries (id uuid primary key, author_id uuid not null);
      create table comments (id uuid primary key, entry_id uuid not null references entries)`)
    .finally(() => client.end())
  const around = { counts: new Map(), firstPerson: null, writes: new Map(), said: new Map() }
  const key = '0b9f6c1e-6f2a-4c53-9d0e-5a1c7e2d4b88'
  const read = ownershipOf(await catalogOf(adminUrl), {
    ...around,
    named: { key, at: 'entries.author_id' },
  })
  expect(read.ownerId).toBe(key)
  expect(read.guesses[0]).toMatchObject({ says: expect.stringContaining(key), at: 'entries.author_id' })
  expect(entry(read, 'entries')).toMatchObject({ owner: 'author_id', why: 'by its name' })
  expect(entry(read, 'comments')).toMatchObject({ owner: 'user_id' })
})
