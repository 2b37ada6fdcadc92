import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Pile, pile } from '../../../../../test/support/ownership-pile.js'
import { lintOwnership } from '../lint.js'
import { reconcileOwnership } from '../reconcile.js'
import { planOwnership } from './plan-ownership.js'

const SCHEMA = `
  create table users (id serial primary key, username text);
  create table shelves (id serial primary key, user_id int not null references users);
  create table books (id serial primary key, user_id int not null references users, title text,
    shelf_id int constraint "on a shelf" references shelves on delete set null,
    next_id int references books, cover_id int references shelves deferrable initially deferred);
  create table labels (shelf_id int unique references shelves, text text, user_id int not null references users,
    book_id int references books);
  create table placed (book_id int references books, shelf_id int references shelves, user_id int not null references users,
    primary key (book_id, shelf_id));
  insert into users values (1, 'a'), (2, 'b');
  insert into shelves values (1, 1), (2, 2);
  insert into books (id, user_id, shelf_id) values (1, 1, 1), (2, 2, 2);
  insert into labels values (2, 'of b', 2);
  insert into placed values (2, 2, 2);
  select setval('shelves_id_seq', 1000), setval('books_id_seq', 1000)`

let db: Pile
beforeAll(async () => {
  const plain = { owner: 'user_id', access: 'private' as const }
  const owned = { ...plain, keys: 'chosen' as const }
  db = await pile({ schema: SCHEMA, tables: { shelves: owned, books: owned, labels: plain, placed: plain } })
  await reconcileOwnership(db.app, db.plan)
})
afterAll(() => db.close())

/** How a write of user 1 fails, and at which statement; null: it does not. */
async function failure(sql: string, values: unknown[], inside: boolean) {
  const client = await db.as(1)
  const statements: [string, unknown[]][] = inside
    ? [
        ['begin', []],
        [sql, values],
        ['commit', []],
      ]
    : [[sql, values]]
  for (const [text, given] of statements)
    try {
      await client.query(text, given)
    } catch (error) {
      const { message: _, ...facts } = error as Error
      return { at: text, message: (error as Error).message, ...facts }
    }
  return null
}

const WRITES: [string, string, unknown[]][] = [
  ['insert into books (shelf_id) values ($1)', 'on a shelf', []],
  ['insert into books (next_id) values ($1)', 'books_next_id_fkey', []],
  ['update books set shelf_id = $1 where id = 1', 'on a shelf', []],
  // Of two wrong keys the same one is named, whether the first is foreign or missing.
  ['insert into books (next_id, shelf_id) values ($1, 99)', 'books_next_id_fkey', []],
  ['insert into books (shelf_id, next_id) values ($1, 99)', 'books_next_id_fkey', []],
]

const LINK = 'insert into placed (book_id, shelf_id) values ($1, $1)'
const UNIQUE_WRITES: [string, string, unknown[]][] = [
  ['insert into labels (shelf_id) values ($1)', 'labels_shelf_id_fkey', []],
  ['insert into labels (shelf_id) values ($1) on conflict do nothing', 'labels_shelf_id_fkey', []],
  [
    'insert into labels (shelf_id) values ($1) on conflict (shelf_id) do update set text = excluded.text',
    'labels_shelf_id_fkey',
    [],
  ],
  ['insert into labels (book_id) values ($1)', 'labels_book_id_fkey', []],
  [LINK, 'placed_book_id_fkey', []],
  [`${LINK} on conflict do nothing`, 'placed_book_id_fkey', []],
  ['update labels set shelf_id = $1', 'labels_shelf_id_fkey', []],
]

test('a foreign parent that has a child already fails as a missing one does, where a unique index allows one child', async () => {
  const client = await db.as(1)
  await client.query("insert into labels (shelf_id, text) values (1, 'of a')")
  try {
    for (const [sql, constraint] of UNIQUE_WRITES)
      for (const inside of [false, true]) {
        const foreign = await failure(sql, [2], inside)
        expect(foreign, sql).toMatchObject({ at: sql, code: '23503', constraint })
        expect(await failure(sql, [98], inside), sql).toEqual(foreign)
      }
    const again = await failure(LINK, [1], false)
    expect(again).toBeNull()
    expect(await failure(LINK, [1], false)).toMatchObject({ code: '23505' })
    await client.query(`${LINK} on conflict do nothing`, [1])
  } finally {
    await client.query('delete from placed')
    await client.query('delete from labels')
  }
})

test.each(WRITES)('a foreign parent fails as a missing one does: %s', async (sql, constraint) => {
  for (const inside of [false, true]) {
    const foreign = await failure(sql, [2], inside)
    expect(foreign).toMatchObject({ at: sql, code: '23503', constraint })
    expect(await failure(sql, [98], inside)).toEqual(foreign)
    expect(await failure('update books set title = null', [], inside)).toBeNull()
  }
})

test('what a user may do goes on: own parents, none, one made by the same statement, cascades', async () => {
  const client = await db.as(1)
  await client.query('insert into books (shelf_id, next_id) values (1, 1), (null, null)')
  await client.query(
    'with made as (insert into shelves default values returning id) insert into books (shelf_id) select id from made',
  )
  await client.query('insert into books (id, next_id) values (500, 500)')
  await client.query('delete from shelves where id > 1000')
  const system = await db.system()
  await system.query('insert into books (user_id, shelf_id) values (2, 2)')
})

test('nothing is left to do afterwards, and a trigger that is gone or disabled is found and made again', async () => {
  expect(await planOwnership(db.app, db.plan)).toEqual([])
  expect(await lintOwnership(db.admin, db.plan)).toEqual([])
  for (const [broken, table] of [
    ['drop trigger "0_usertwo_parents" on books', 'public.books'],
    ['alter table books disable trigger "0_usertwo_parents"', 'public.books'],
    ['drop trigger "usertwo_parents" on labels', 'public.labels'],
    ['alter table labels disable trigger "usertwo_parents"', 'public.labels'],
  ] as const) {
    await db.admin.query(broken)
    const found = await lintOwnership(db.admin, db.plan)
    expect(found).toMatchObject([{ rule: 'parent-trigger', table }])
    await reconcileOwnership(db.app, db.plan)
    expect(await lintOwnership(db.admin, db.plan)).toEqual([])
  }
})
