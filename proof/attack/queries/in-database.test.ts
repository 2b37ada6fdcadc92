import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parseConfig } from '../../../src/config/config.js'
import { freshDatabase } from '../../../test/support/postgres.js'
import { WITHOUT_POLICIES } from '../defects.js'
import { reachedInDatabase } from './in-database.js'

const config = parseConfig({
  app: { start: ['node', 'server.js'] },
  owner: { id: 1 },
  users: { table: 'users' },
  tables: { lines: { owner: 'user_id' }, months: { owner: 'user_id' } },
})

let client: pg.Client
const database = {
  sql: async <Row>(text: string, values?: unknown[]) => (await client.query(text, values)).rows as Row[],
}

beforeAll(async () => {
  client = new pg.Client({ connectionString: (await freshDatabase()).url })
  await client.connect()
  await client.query(`
    create table lines (n int, user_id int, at timestamptz);
    create table months (total int, user_id int);
    create function add_up() returns void language plpgsql as $$ begin update months set total = total + 1; end $$;
    create function "Counted"() returns trigger language plpgsql as $$ begin perform add_up(); return null; end $$;
    create function stamped() returns trigger language plpgsql as $$ begin new.at := now(); return new; end $$;
    create function sum_of(n int) returns bigint language sql begin atomic select sum(total) from months; end;
    create function twice(n int) returns int language sql as 'select n * 2';
    create trigger counted after insert on lines for each row execute function "Counted"();
    create trigger stamped before insert on lines for each row execute function stamped();
    insert into months values (0, 1), (0, 2);
    alter table months enable row level security;
    alter table months force row level security;
    create policy own on months using (user_id = 1);
    create policy little on months as restrictive using (total < 9)`)
})
afterAll(() => client?.end())

test('a trigger that reaches an owned table through another function is named, one that only stamps its row is not', async () => {
  const { triggers } = await reachedInDatabase(database, config)
  expect(triggers).toEqual(['"Counted"() on public.lines, which reaches months'])
})

test('a statement calls such a function by its name in front of a bracket', async () => {
  const { calls } = await reachedInDatabase(database, config)
  expect(['select Sum_of($1)', 'select * from public.sum_of (1)', 'call add_up()'].map(calls)).toEqual([
    true,
    true,
    true,
  ])
  expect(['select twice(1)', 'select sum_of from lines', "select 'sum_of(1)'"].map(calls)).toEqual([
    false,
    false,
    false,
  ])
})

test('without the policies a statement of the app reaches each row, and what a trigger does stays under them', async () => {
  await client.query(WITHOUT_POLICIES)
  await client.query('insert into lines (n) values (1)')
  const totals = 'select user_id, total from months order by user_id'
  expect(await database.sql(totals)).toEqual([
    { user_id: 1, total: 1 },
    { user_id: 2, total: 0 },
  ])
  await client.query('update months set total = 10')
  expect(await database.sql(totals)).toEqual([
    { user_id: 1, total: 10 },
    { user_id: 2, total: 10 },
  ])
})
