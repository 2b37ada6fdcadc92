import pg from 'pg'
import { expect, test } from 'vitest'
import { catalogOf } from '../../../proof/inventory/look.js'
import { freshDatabase } from '../../../test/support/postgres.js'
import { rowsFor } from './rows.js'

/** What is made up for the tables of a schema, and what is then in them. */
async function madeFor(schema: string) {
  const databases = [await freshDatabase(), await freshDatabase()]
  const clients = databases.map(({ adminUrl }) => new pg.Client({ connectionString: adminUrl }))
  for (const client of clients) await client.connect()
  try {
    for (const client of clients) await client.query(schema)
    const [{ adminUrl: url }, { adminUrl: other }] = databases as [
      (typeof databases)[0],
      (typeof databases)[0],
    ]
    const catalog = await catalogOf(url)
    const owner = { table: '', column: 'id', id: 1 }
    const known = { enums: new Map(), counts: new Map(), keys: new Map(), owner }
    let fresh = 0
    const made = await rowsFor(catalog, known, new Map(), url, async () => ({ url: fresh++ ? '' : other }))
    const bare = await freshDatabase()
    clients.push(new pg.Client({ connectionString: bare.adminUrl }))
    await clients[2]!.connect()
    await clients[2]!.query(schema)
    await clients[2]!.query(made.text)
    const counts: Record<string, number> = {}
    for (const { name } of catalog.tables)
      counts[name] = (await clients[2]!.query(`select from ${name}`)).rowCount ?? 0
    return { ...made, counts }
  } finally {
    for (const client of clients) await client.end()
  }
}

test('a table that refuses its rows by a rule over several stays empty, and the rest has rows', async () => {
  const { counts, refused } = await madeFor(`
    create table lists (id serial primary key, title text);
    create table bookings (id serial primary key, during tsrange not null default tsrange('2026-01-01', '2026-01-02'), exclude using gist (during with &&));
    create table defaults (id serial primary key, list_id int not null references lists, is_default int not null default 1);
    create table notes (id serial primary key, booking_id int references bookings, list_id int references lists);
    create table guests (id serial primary key, booking_id int not null references bookings);
    create table shapes (id serial primary key, place point not null);
    create unique index one_default on defaults ((is_default))`)
  expect(counts).toEqual({ lists: 3, notes: 3, bookings: 0, defaults: 0, guests: 0, shapes: 0 })
  expect([...refused.keys()].sort()).toEqual([
    'public.bookings',
    'public.defaults',
    'public.guests',
    'public.shapes',
  ])
  expect(refused.get('public.defaults')).toMatch(/one_default/)
})

test('no row is made that the app would leave out as deleted, and some that are done', async () => {
  const { text } =
    await madeFor(`create table boxes (id serial primary key, "archivedAt" timestamptz, deleted_at timestamp,
    removed_on date not null, acknowledged_at timestamptz, read_at date, made_at timestamptz, thread_on date)`)
  const day = (at: number) => `'2026-01-0${at} 12:00:00'`
  const date = (at: number) => `'2026-01-0${at}'`
  const rows = [1, 2, 3].map(
    (at) =>
      `  (null, null, ${date(at)}, ${at === 2 ? `${day(2)}, ${date(2)}` : 'null, null'}, ${day(at)}, ${date(at)})`,
  )
  expect(text.split(' values\n')[1]).toBe(`${rows.join(',\n')};`)
})

const RULE = (what: string, on: string, when: string) => `
  create function ${on}_rule() returns trigger language plpgsql as
    $$ begin if ${when} then raise exception '${what}'; end if; return null; end $$;
  create constraint trigger ${on}_rule after insert on ${on} deferrable initially deferred
    for each row execute function ${on}_rule();`

test('a rule that is put off to the end of a transaction refuses the rows of its table alone', async () => {
  const { counts, refused } = await madeFor(`
    create table lists (id serial primary key, title text);
    create table turns (id serial primary key);
    create table todos (id serial primary key, list_id int not null references lists);
    ${RULE('one turn at a time', 'turns', '(select count(*) from turns) > 1')}`)
  expect(counts).toEqual({ lists: 3, turns: 0, todos: 3 })
  expect(refused).toEqual(new Map([['public.turns', 'one turn at a time']]))
})

test('a rule that another table’s rows fulfil later refuses nothing', async () => {
  const { counts, refused } = await madeFor(`
    create table orders (id serial primary key, title text);
    create table lines (id serial primary key, order_id int not null references orders);
    ${RULE('an order needs a line', 'orders', 'not exists (select from lines where order_id = new.id)')}`)
  expect(counts).toEqual({ orders: 3, lines: 3 })
  expect(refused.size).toBe(0)
})

test('a domain, a trigger for a statement and tables that refer to each other keep their tables empty alone', async () => {
  const { counts, refused } = await madeFor(`
    create domain percent as int check (value >= 50);
    create table lists (id serial primary key, title text);
    create table shares (id serial primary key, part percent not null);
    create table turns (id serial primary key);
    create function turns_rule() returns trigger language plpgsql as
      $$ begin if (select count(*) from turns) > 1 then raise exception 'one turn'; end if; return null; end $$;
    create trigger turns_rule after insert on turns for each statement execute function turns_rule();
    create table teams (id int primary key, lead int not null);
    create table members (id int primary key, team int not null references teams);
    alter table teams add foreign key (lead) references members deferrable initially deferred;
    create table todos (id serial primary key, list_id int not null references lists)`)
  expect(counts).toEqual({ lists: 3, shares: 0, turns: 0, teams: 0, members: 0, todos: 3 })
  expect([...refused.keys()].sort()).toEqual([
    'public.members',
    'public.shares',
    'public.teams',
    'public.turns',
  ])
})
