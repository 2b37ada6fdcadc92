import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { freshDatabase } from '../../../test/support/postgres.js'
import { type Config, parseConfig } from '../../core/config.js'
import type { GateDatabase } from '../gate/gate.js'
import { mirror } from './mirror.js'
import { crossings, fingerprints, keysOf, ownedTables } from './rows.js'
import { twinOf } from './twins.js'

const [SHELF, BOOK] = ['aaaaaaaa-0000-4000-8000-000000000001', '0f000000-0000-4000-8000-00000000000f']
const SCHEMA = `
  create table users (id uuid primary key default gen_random_uuid(), name text);
  create table languages (code text primary key);
  create table shelves (id uuid primary key, user_id uuid not null references users, slug text unique);
  create table books (id text primary key, user_id uuid not null references users,
    shelf_id uuid references shelves, first_shelf_id uuid, states jsonb);
  create table pages (user_id uuid not null references users, book_id text not null references books, no int not null,
    language text references languages, words text, primary key (user_id, book_id, no));
  create table notes (book_id text references books, language text not null references languages,
    user_id uuid not null references users, note text, primary key (book_id, language));
  create table settings (user_id uuid primary key references users, die int);
  create table days (user_id uuid not null references users, day date primary key);
  insert into users (id, name) values ('00000000-0000-4000-8000-000000000001', 'a'), ('00000000-0000-4000-8000-000000000002', 'b');
  insert into languages values ('en');
  insert into shelves values ('${SHELF}', '00000000-0000-4000-8000-000000000001', 'top');
  insert into books values
    ('${BOOK}', '00000000-0000-4000-8000-000000000001', '${SHELF}', '${SHELF}', '{"${SHELF}": {"n": 1}}'),
    ('emma', '00000000-0000-4000-8000-000000000001', null, null, '{"a": 1}'),
    ('12', '00000000-0000-4000-8000-000000000001', null, null, '{"7": 1}');
  insert into pages values ('00000000-0000-4000-8000-000000000001', 'emma', 1, 'en', 'x'),
    ('00000000-0000-4000-8000-000000000001', 'emma', 2, 'en', 'y');
  insert into notes values ('emma', 'en', '00000000-0000-4000-8000-000000000001', 'n');
  insert into settings values ('00000000-0000-4000-8000-000000000001', 6)`
const [A, B] = [1, 2].map((n) => `00000000-0000-4000-8000-00000000000${n}`) as [string, string]

let client: pg.Client
let database: Pick<GateDatabase, 'sql'>
const config = (...names: string[]): Config =>
  parseConfig({
    app: { start: ['node', 'server.js'] },
    owner: { id: A },
    users: { table: 'users' },
    tables: Object.fromEntries(names.map((name) => [name, { owner: 'user_id' }])),
  })
const ALL = ['shelves', 'books', 'pages', 'notes', 'settings']
const of = (table: string, person: string) =>
  database.sql(`select to_jsonb(t) - 'user_id' as row from ${table} t where user_id = $1 order by 1`, [
    person,
  ])

beforeAll(async () => {
  const fresh = await freshDatabase()
  client = new pg.Client({ connectionString: fresh.adminUrl })
  await client.connect()
  await client.query(SCHEMA)
  database = {
    sql: async <Row>(text: string, values?: unknown[]) => (await client.query(text, values)).rows as Row[],
  }
})
afterAll(() => client?.end())

describe('the second person gets a copy of every row', () => {
  let before: Map<string, string>
  let spelled: string[] | null
  beforeAll(async () => {
    const tables = await ownedTables(database, config(...ALL))
    before = await fingerprints(database, tables, A)
    spelled = await mirror(database, tables, A, B)
  })

  it('by uuid, by text and by text that holds a number or a uuid', async () => {
    const books = await database.sql<{ id: string }>(`select id from books where user_id = $1`, [B])
    expect(books.map(({ id }) => id).sort()).toEqual([twinOf('12'), twinOf('emma'), twinOf(BOOK)].sort())
    expect(spelled).toEqual(expect.arrayContaining([SHELF, BOOK, 'emma', '12', 'top']))
  })

  it('each under the copy of its parent, also where no foreign key says so, and as the keys of JSON', async () => {
    const [book] = await database.sql(`select * from books where id = $1`, [twinOf(BOOK)])
    expect(book).toMatchObject({
      shelf_id: twinOf(SHELF),
      first_shelf_id: twinOf(SHELF),
      states: { [twinOf(SHELF)]: { n: 1 } },
    })
    const [other] = await database.sql(`select states from books where id = $1`, [twinOf('12')])
    expect(other).toEqual({ states: { 1000007: 1 } })
    expect(await crossings(database, await ownedTables(database, config(...ALL)))).toEqual([])
  })

  it('by keys of several columns, those that name a shared row as they are', async () => {
    expect(await of('pages', B)).toEqual([
      { row: { book_id: 'emma-b', no: 1_000_001, language: 'en', words: 'x' } },
      { row: { book_id: 'emma-b', no: 1_000_002, language: 'en', words: 'y' } },
    ])
    expect(await of('notes', B)).toEqual([{ row: { book_id: 'emma-b', language: 'en', note: 'n' } }])
    expect(await of('settings', B)).toEqual([{ row: { die: 6 } }])
  })

  it('with another spelling of what is unique for everybody', async () => {
    expect(await of('shelves', B)).toEqual([{ row: { id: twinOf(SHELF), slug: 'top-b' } }])
  })

  it('and the owner keeps theirs', async () => {
    const tables = await ownedTables(database, config(...ALL))
    expect(await fingerprints(database, tables, A)).toEqual(before)
    const keys = await keysOf(database, tables, A)
    expect([keys.get(SHELF), keys.get('top'), keys.get('2'), keys.has(A)]).toEqual([
      'shelves',
      'shelves',
      'pages',
      false,
    ])
  })
})

it('nothing is copied where a unique refuses every copy', async () => {
  await database.sql(`insert into days values ($1, '2026-01-15')`, [A])
  const tables = await ownedTables(database, config(...ALL, 'days'))
  expect(await mirror(database, tables, A, B)).toBeNull()
  expect(await of('days', B)).toEqual([])
  expect(await of('notes', B)).toHaveLength(1)
})
