import knex, { type Knex } from 'knex'
import pg from 'pg'
import { type ConfigInput, parseConfig, type TableEnforcement } from '../../src/config/config.js'
import { actAs } from '../../src/core/context.js'
import { migrateTo } from '../../src/migrate.js'
import { enforce, provisional, readEnforcement } from '../../src/phases/6-isolation/start/enforcement.js'
import type { Counters } from '../../src/phases/6-isolation/usage/counters.js'
import { scope } from '../../src/scope.js'
import { freshDatabase } from './postgres.js'

export const [A, B] = [1, 2] as const

const SCHEMA = `
  create table users (id serial primary key, username text);
  create table piles (id serial primary key, name text not null, user_id int not null references users);
  create table books (id serial primary key, title text not null, n int not null default 0,
    pile_id int references piles on delete cascade, user_id int not null references users);
  create table tags (id serial primary key, name text);
  create table shelves (book_id int references books, pile_id int references piles, id serial primary key,
    user_id int not null references users);
  insert into users (id, username) values (1, 'a');
  insert into tags (name) values ('comic');
  insert into piles (id, name, user_id) values (10, 'a pile', 1);
  insert into books (id, title, n, pile_id, user_id) values (11, 'a one', 1, 10, 1), (12, 'a two', 2, 10, 1);
  select setval('users_id_seq', 100), setval('piles_id_seq', 100), setval('books_id_seq', 100)`

/**
 * Rows of two people under both layers: A has pile 10 with books 11 and 12, B has pile 20 with books 21 and
 * 22.
 */
export interface TwoLayers {
  db: Knex
  as<T>(id: number | string, work: () => PromiseLike<T>): Promise<T>
  /** as superuser, past everything */
  stored<Row = Record<string, unknown>>(sql: string): Promise<Row[]>
  /** B's rows, all of them, as text */
  printOfB(): Promise<string>
  close(): Promise<void>
}

interface Options extends Partial<ConfigInput> {
  /** of all three owned tables; default: enforce */
  enforcement?: TableEnforcement
  /** what the layers did; default: not counted */
  counters?: Counters
}

export async function twoLayers(
  max = 2,
  { enforcement, counters, ...more }: Options = {},
): Promise<TwoLayers> {
  const { url, adminUrl } = await freshDatabase()
  const admin = new pg.Client(adminUrl)
  await admin.connect()
  const plain = new pg.Client(url)
  await plain.connect()
  await plain.query(SCHEMA)
  const owned = { owner: 'user_id', ...(enforcement && { enforcement }) }
  const config = parseConfig({
    app: { start: ['node', 'server.js'] },
    owner: { id: A },
    users: { table: 'users', id: 'id' },
    tables: { piles: owned, books: owned, shelves: owned, tags: { access: 'reference' } },
    ...more,
  })
  await migrateTo({ url, adminUrl }, config, 6)
  await admin.query(`insert into users (id, username) values (2, 'b');
    insert into piles (id, name, user_id) values (20, 'b pile', 2);
    insert into books (id, title, n, pile_id, user_id) values (21, 'b one', 1, 20, 2), (22, 'b two', 2, 20, 2)`)
  enforce(await readEnforcement(plain, config, 6, counters))
  await plain.end()
  const db = scope(knex({ client: 'pg', connection: url, pool: { min: 0, max } }))
  // The layer is around this process's pg, so around the superuser's connection too.
  const stored = <Row>(sql: string) =>
    actAs({ kind: 'system', reason: 'test' }, async () => (await admin.query(sql)).rows as Row[])
  const PRINT = `select coalesce(string_agg(x, '|' order by x), '') as print from (
    select b::text as x from books b where user_id = 2 union all select p::text from piles p where user_id = 2) s`
  return {
    db,
    stored,
    as: (id, work) => actAs({ kind: 'user', id, person: null }, async () => await work()),
    printOfB: async () => (await stored<{ print: string }>(PRINT))[0]!.print,
    async close() {
      await db.destroy()
      await admin.end()
      // The removal of the database needs the layer out of its way.
      enforce(provisional(config, 0))
    },
  }
}
