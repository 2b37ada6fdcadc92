import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import {
  asPerson,
  pgVersion,
  type SharedTables,
  sharedTables,
} from '../../../../../test/support/shared-tables.js'
import { OwnClient } from '../../../../database/connect.js'
import { attach } from '../attach.js'
import { isSteady } from './steady.js'

// One user has many rows and the others few; a generic plan is bad for one or the other.
const MANY = 20_000
const isUnique = (table: string, column: string) => table === 'rows_of' && column === 'id'

describe('a plan is steady', () => {
  const scan = (more: object) => ({ 'Node Type': 'Index Scan', 'Relation Name': 'rows_of', ...more })
  const limit = (below: object) => ({ 'Node Type': 'Limit', Plans: [below] }) as never
  const mine = { 'Index Cond': '(user_id = usertwo.uid())' }

  test.each([
    [
      'one row by its key, whichever user owns it',
      scan({ 'Index Cond': '(id = $1)', Filter: '(user_id = usertwo.uid())' }),
    ],
    ['by two columns, one a key', scan({ 'Index Cond': '((user_id = $2) AND (id = $1))' })],
    ['a key that is cast', scan({ 'Index Cond': '((id)::text = $1)' })],
    ['a limited number of rows, all of them returned', limit(scan(mine))],
    ['a new row', { 'Node Type': 'ModifyTable', Plans: [{ 'Node Type': 'Result' }] }],
    ['one row that is changed', { 'Node Type': 'ModifyTable', Plans: [scan({ 'Index Cond': '(id = $1)' })] }],
  ])('that reads %s', (_what, plan) => expect(isSteady(plan as never, isUnique)).toBe(true))

  test.each([
    ['all rows of a user', scan(mine)],
    ['rows, some filtered out', limit(scan({ ...mine, Filter: 'done' }))],
    ['all rows, to sort them', limit({ 'Node Type': 'Sort', Plans: [scan(mine)] })],
    ['a table', limit({ 'Node Type': 'Seq Scan', 'Relation Name': 'rows_of' })],
    [
      'by a bitmap',
      limit({ 'Node Type': 'Bitmap Heap Scan', Plans: [{ 'Node Type': 'Bitmap Index Scan' }] }),
    ],
    ['from a key on', scan({ 'Index Cond': '(id > $1)' })],
    ['a list of keys', scan({ 'Index Cond': '(id = ANY ($1))' })],
    ['by a column that is not a key', scan({ 'Index Cond': '(n = $1)' })],
    [
      'by a column that is a key in another table',
      { ...scan({ 'Index Cond': '(id = $1)' }), 'Relation Name': 'other' },
    ],
    ['by the key from a person on', scan({ 'Index Cond': '((user_id > $2) AND (id = $1))' })],
    ['two tables', { 'Node Type': 'Nested Loop', Plans: [scan({ 'Index Cond': '(id = $1)' })] }],
    [
      'another table for each row',
      limit({ ...scan(mine), Plans: [{ 'Node Type': 'Seq Scan', 'Relation Name': 'rows_of' }] }),
    ],
  ])('not one that reads %s', (_what, plan) => expect(isSteady(plan as never, isUnique)).toBe(false))
})

describe('where one person has many rows and the others few', () => {
  const RECENT = 'select id from rows_of order by at desc limit $1'
  const PAGE = 'select id from rows_of order by id limit $1'
  const ROW = 'select id from rows_of where id = $1'
  let tables: SharedTables
  let admin: pg.Client
  let client: pg.Client
  let detach: () => void
  /** How many generic plans were made of the text so far; null where the server does not say, before 14. */
  const generic = async (text: string) =>
    (
      await asPerson(1, () =>
        client.query(`select (to_jsonb(s) ->> 'generic_plans')::int as n from pg_prepared_statements s
          where statement = '${text}' and name like 'usertwo\\_%'`),
      )
    ).rows[0]?.n
  const ask = (id: number, text: string, value: number, times = 1) =>
    asPerson(id, async () => {
      for (let at = 1; at < times; at++) await client.query(text, [value])
      return (await client.query(text, [value])).rows
    })

  beforeAll(async () => {
    tables = await sharedTables()
    admin = new OwnClient(tables.adminUrl)
    await admin.connect()
    await admin.query(`create table rows_of (id serial primary key, at int, user_id int not null);
      insert into rows_of (at, user_id)
        select g, case when g % 100 = 0 then 2 + g / 100 % 39 else 1 end from generate_series(1, ${MANY}) g;
      create index on rows_of (user_id, id); create index on rows_of (at);
      alter table rows_of enable row level security; create policy own on rows_of using (user_id = usertwo.uid());
      grant all on rows_of to ${tables.requestRole}; analyze rows_of`)
    detach = attach(pg, pgVersion, () => ({ ...tables.policy, tellsRows: isUnique }))
  })
  afterAll(async () => {
    detach()
    await admin.end()
  })
  beforeEach(async () => {
    client = new pg.Client(tables.url)
    await client.connect()
  })
  afterEach(() => client.end())

  test.each([
    ['the first of the person, by their index', PAGE, 5],
    ['one row', ROW, 300],
  ])('%s: planned once', async (_what, text, value) => {
    const [first, again] = [await ask(3, text, value), await ask(3, text, value, 19)]
    expect(again).toEqual(first)
    expect(await ask(1, text, value, 5)).toHaveLength(text === PAGE ? 5 : 0)
    const plans = await generic(text)
    if (plans !== null) expect(plans).toBeGreaterThan(10)
  })

  test('the latest rows, where the best index depends on the user: planned each time', async () => {
    const first = await ask(3, RECENT, 5)
    expect(await ask(3, RECENT, 5, 30)).toEqual(first)
    expect(await ask(1, RECENT, 5, 5)).toEqual([
      { id: 19_999 },
      { id: 19_998 },
      { id: 19_997 },
      { id: 19_996 },
      { id: 19_995 },
    ])
    const plans = await generic(RECENT)
    if (plans !== null) expect(plans).toBe(0)
  })

  test('each is prepared again from time to time, because types of columns change', async () => {
    const seen = new Set<string>()
    const text = `select prepare_time::text as at from pg_prepared_statements where statement = '${ROW}'`
    await ask(3, ROW, 300, 40)
    // Twice as many as needed: one slow query before the first examination restarts the count.
    for (let at = 0; at < 12; at++) {
      const [kept] = (await asPerson(3, () => client.query(text))).rows
      seen.add(kept.at)
      await ask(3, ROW, 300, 99)
    }
    expect(seen.size).toBeGreaterThan(1)
  })

  test('a slow plan is examined again, and dropped if it no longer suits all users', async () => {
    await ask(3, PAGE, 5, 40)
    await admin.query('begin; drop index rows_of_user_id_id_idx; lock rows_of')
    const waiting = ask(3, PAGE, 5)
    await sleep(50)
    await admin.query('commit')
    expect(await waiting).toHaveLength(5)
    await ask(3, PAGE, 5, 8)
    const before = await generic(PAGE)
    expect(await ask(3, PAGE, 5, 20)).toHaveLength(5)
    await admin.query('create index on rows_of (user_id, id)')
    if (before !== null) expect(await generic(PAGE)).toBe(0)
  })
})
