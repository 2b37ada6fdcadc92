import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { outcome, type Pile, pile } from '../../../../../test/support/ownership-pile.js'
import { lintOwnership } from '../lint.js'
import type { OwnershipPlan } from '../plan/ownership-plan.js'
import { planOwnership } from '../plan/plan-ownership.js'
import { reconcileOwnership } from '../reconcile.js'

/** By range with a default, by list with partitions of partitions, by hash; a child and a parent of them. */
const SCHEMA = `
  create table users (id serial primary key, name text);
  insert into users values (1, 'first');
  select setval('users_id_seq', 100);
  create table tags (id serial primary key, word text not null);
  create table visits (id serial, day date not null, page text not null, tag_id int references tags,
    primary key (id, day), unique (page, day)) partition by range (day);
  create table visits_2024 partition of visits for values from ('2024-01-01') to ('2025-01-01');
  create table visits_2025 (day date not null, id int not null default nextval('visits_id_seq'), page text not null, tag_id int);
  alter table visits attach partition visits_2025 for values from ('2025-01-01') to ('2026-01-01');
  create table visits_rest partition of visits default;
  create index own_page on visits_2025 (page);
  create table remarks (id serial primary key, visit_id int, day date, text text,
    foreign key (visit_id, day) references visits on delete cascade);
  create table logs (id uuid default gen_random_uuid(), level text not null, at timestamptz not null default now(),
    text text not null, primary key (id, level, at)) partition by list (level);
  create table logs_low partition of logs for values in ('debug', 'info') partition by range (at);
  create table logs_low_old partition of logs_low for values from (minvalue) to ('2025-01-01');
  create table logs_low_new partition of logs_low default;
  create table logs_high partition of logs default;
  create table prices (item text not null, user_id int, amount int not null, primary key (item)) partition by hash (item);
  create table prices_0 partition of prices for values with (modulus 2, remainder 0);
  create table prices_1 partition of prices for values with (modulus 2, remainder 1);
  insert into tags (word) values ('one'), ('two');
  insert into visits (day, page, tag_id) select d::date, 'page ' || d::date, 1 + row_number() over () % 2
    from generate_series('2024-12-30'::date, '2025-01-03', '1 day') d;
  insert into visits (day, page) values ('2031-01-01', 'late');
  insert into remarks (visit_id, day, text) select id, day, 'of ' || page from visits;
  insert into logs (level, at, text) values ('info', '2024-05-05', 'old'), ('info', '2025-05-05', 'new'), ('error', '2025-05-05', 'high');
  insert into prices values ('tea', 1, 3), ('milk', null, 1), ('salt', null, 2)`

const TABLES: OwnershipPlan['tables'] = {
  tags: { owner: 'user_id', access: 'private' },
  visits: { owner: 'user_id', access: 'private', unique: ['visits_page_day_key'] },
  remarks: { owner: 'user_id', access: 'private' },
  logs: { owner: 'user_id', access: 'readable' },
  prices: { owner: 'user_id', access: 'private', unique: ['prices_pkey'], keys: 'chosen' },
}
const PARTS = {
  visits: ['visits_2024', 'visits_2025', 'visits_rest'],
  logs: ['logs_low', 'logs_low_old', 'logs_low_new', 'logs_high'],
  prices: ['prices_0', 'prices_1'],
}

describe('an app with partitioned tables', () => {
  let db: Pile
  let second: Awaited<ReturnType<Pile['as']>>
  let first: typeof second

  beforeAll(async () => {
    db = await pile({ schema: SCHEMA, tables: TABLES })
    await reconcileOwnership(db.app, db.plan)
    await db.admin.query(`insert into users values (2, 'second')`)
    first = await db.as(1)
    second = await db.as(2)
  })
  afterAll(() => db.close())

  const asked = (sql: string) => Promise.all([outcome(first, sql), outcome(second, sql)])

  test('a second run has nothing to do, and the schema lets nothing through', async () => {
    expect((await planOwnership(db.app, db.plan)).map(({ name }) => name)).toEqual([])
    expect(await lintOwnership(db.admin, db.plan)).toEqual([])
  })

  test('rows that were there are the owner’s, in every partition', async () => {
    for (const [table, parts] of Object.entries(PARTS))
      for (const name of [table, ...parts]) {
        const all = await outcome(db.admin, `select count(*)::int as n from ${name}`)
        expect(await asked(`select count(*)::int as n from ${name}`), name).toEqual(
          table === 'logs' ? [all, all] : [all, [{ n: 0 }]],
        )
      }
    expect(await outcome(db.admin, 'select distinct user_id from prices')).toEqual([{ user_id: 1 }])
  })

  test('each user writes their own rows through the parent and by the names of its partitions', async () => {
    const mine = (who: string) =>
      `insert into visits (day, page) values ('2025-03-01', '${who}'), ('2030-03-01', '${who} later') returning user_id`
    const both = [await outcome(first, mine('a')), await outcome(second, mine('b'))]
    expect(both).toEqual([1, 2].map((id) => [{ user_id: id }, { user_id: id }]))
    const named = (page: string) =>
      `insert into visits_2025 (day, page) values ('2025-04-01', '${page}') returning user_id`
    expect(await outcome(first, named('c'))).toEqual([{ user_id: 1 }])
    expect(await outcome(second, named('d'))).toEqual([{ user_id: 2 }])
    expect(await outcome(second, 'select page, user_id from visits_2025 order by page')).toEqual([
      { page: 'b', user_id: 2 },
      { page: 'd', user_id: 2 },
    ])
    for (const name of ['visits', 'visits_2025', 'visits_2024', 'prices', 'prices_0', 'prices_1']) {
      expect(await outcome(second, `update ${name} set user_id = 2 where user_id = 1`), name).toEqual([0])
      expect(await outcome(second, `delete from ${name} where user_id = 1`), name).toEqual([0])
    }
    expect(
      await outcome(second, `insert into visits_2024 (day, page, user_id) values ('2024-01-01', 'x', 1)`),
    ).toBe('42501')
  })

  test('a merge reaches own rows alone, and no truncation is allowed, by whichever name', async () => {
    for (const name of ['visits', 'visits_2025']) {
      const merge = (then: string) =>
        `merge into ${name} v using (select 1) one on v.user_id = 1 when matched then ${then}`
      expect(await outcome(second, merge('delete')), name).toEqual([0])
      expect(await outcome(second, merge(`update set page = 'x'`)), name).toEqual([0])
      expect(await outcome(second, `truncate ${name}`), name).toBe('42501')
    }
  })

  test('a row that moves to another partition keeps its key', async () => {
    const [made] = (await outcome(
      second,
      `insert into visits (day, page) values ('2024-05-05', 'moves') returning id`,
    )) as { id: number }[]
    expect(
      await outcome(
        second,
        `update visits set day = '2025-05-05' where id = ${made!.id} returning id, user_id`,
      ),
    ).toEqual([{ id: made!.id, user_id: 2 }])
    expect(
      await outcome(second, `select tableoid::regclass::text as part from visits where id = ${made!.id}`),
    ).toEqual([{ part: 'visits_2025' }])
  })

  test('a number that a request gives for a counted key is dropped', async () => {
    const given = `insert into visits (id, day, page) values (1, '2024-12-30', 'taken') returning id`
    const [row] = (await outcome(second, given)) as { id: number }[]
    expect(row!.id).toBeGreaterThan(6)
  })

  test('a row below another user’s fails as one below none does', async () => {
    const below = (id: number) =>
      `insert into remarks (visit_id, day, text) values (${id}, '2024-12-30', 'x')`
    expect([await outcome(second, below(1)), await outcome(second, below(9999))]).toEqual(['23503', '23503'])
    expect(await outcome(first, below(1))).toEqual([1])
    expect(
      await outcome(second, `insert into visits (day, page, tag_id) values ('2025-01-01', 't', 1)`),
    ).toBe('23503')
    expect(
      await outcome(second, `insert into visits_2025 (day, page, tag_id) values ('2025-01-01', 't', 1)`),
    ).toBe('23503')
    expect(
      await outcome(first, `insert into visits (day, page, tag_id) values ('2025-09-01', 't', 1)`),
    ).toEqual([1])
  })

  test('another user’s readable row is refused by key, whatever name it is reached by', async () => {
    const [row] = (await outcome(
      first,
      `select id from logs where level = 'info' and at < '2025-01-01'`,
    )) as { id: string }[]
    for (const name of ['logs', 'logs_low', 'logs_low_old']) {
      expect(await outcome(second, `select text from ${name} where id = '${row!.id}'`), name).toEqual([
        { text: 'old' },
      ])
      expect(await outcome(second, `delete from ${name} where id = '${row!.id}'`), name).toBe('UT403')
      expect(await outcome(second, `update ${name} set text = 'x' where id = '${row!.id}'`), name).toBe(
        'UT403',
      )
    }
  })

  describe('a partition that comes later', () => {
    beforeAll(async () => {
      await db.app.query(`create table visits_2026 partition of visits for values from ('2026-01-01') to ('2027-01-01');
        create table visits_2027 (like visits including all);
        insert into visits_2027 (id, day, page, user_id) values (900, '2027-01-01', 'came with it', 1);
        alter table visits attach partition visits_2027 for values from ('2027-01-01') to ('2028-01-01')`)
    })

    test('is guarded through its parent, and closed by its own name', async () => {
      for (const year of [2026, 2027]) {
        expect(
          await outcome(
            second,
            `insert into visits (day, page) values ('${year}-02-02', 'new') returning user_id`,
          ),
        ).toEqual([{ user_id: 2 }])
        expect(
          await outcome(
            second,
            `select page from visits where day >= '${year}-01-01' and day < '${year + 1}-01-01'`,
          ),
        ).toEqual([{ page: 'new' }])
        expect(await outcome(second, `select * from visits_${year}`)).toBe('42501')
        expect(
          await outcome(second, `insert into visits_${year} (day, page) values ('${year}-02-02', 'x')`),
        ).toBe('42501')
      }
    })

    test('lets the app start, is named, and is opened by the next migration', async () => {
      expect(await planOwnership(db.app, db.plan, { lateParts: 'closed' })).toEqual([])
      const named = (await lintOwnership(db.admin, db.plan)).filter(({ rule }) => rule === 'partition')
      expect(named.map(({ table }) => table)).toEqual(['public.visits_2026', 'public.visits_2027'])
      await reconcileOwnership(db.app, db.plan)
      expect(await lintOwnership(db.admin, db.plan)).toEqual([])
      expect(await outcome(second, 'select page from visits_2027')).toEqual([{ page: 'new' }])
      expect(await outcome(second, 'select page from visits_2026')).toEqual([{ page: 'new' }])
    })

    test('that all roles may read is not passed over', async () => {
      await db.app.query(`create table visits_2028 partition of visits for values from ('2028-01-01') to ('2029-01-01');
        grant select on visits_2028 to public`)
      expect((await planOwnership(db.app, db.plan, { lateParts: 'closed' })).map(({ name }) => name)).toEqual(
        expect.arrayContaining(['public.visits_2028: policies', 'public.visits_2028: row security']),
      )
      await db.app.query('alter table visits detach partition visits_2028; drop table visits_2028')
    })

    test('that is detached stays closed to other users', async () => {
      await db.app.query('alter table visits detach partition visits_2027')
      expect(await outcome(second, 'select page from visits_2027')).toEqual([{ page: 'new' }])
      await db.app.query(
        `alter table visits attach partition visits_2027 for values from ('2027-01-01') to ('2028-01-01')`,
      )
    })
  })

  test('the app drops and moves partitions as before', async () => {
    await db.app.query(`create table logs_audit partition of logs for values in ('audit') partition by range (at);
      create table logs_audit_all partition of logs_audit default`)
    await reconcileOwnership(db.app, db.plan)
    await db.app.query(`drop table logs_audit_all; drop table logs_audit;
      alter table logs_low detach partition logs_low_old`)
    expect(await outcome(second, `delete from logs_low_old where level = 'info'`)).toEqual([0])
    await db.app.query(
      `alter table logs_low attach partition logs_low_old for values from (minvalue) to ('2025-01-01')`,
    )
    expect((await planOwnership(db.app, db.plan)).map(({ name }) => name)).toEqual([])
  })

  test('a contract makes uniques and the primary key one per user', async () => {
    await reconcileOwnership(db.app, db.plan, { contract: true })
    expect((await planOwnership(db.app, db.plan, { contract: true })).map(({ name }) => name)).toEqual([])
    expect(await lintOwnership(db.admin, db.plan)).toEqual([])
    const same = `insert into visits (day, page) values ('2024-07-07', 'the same') returning user_id`
    expect(await asked(same)).toEqual([[{ user_id: 1 }], [{ user_id: 2 }]])
    expect(await asked(same)).toEqual(['23505', '23505'])
    expect(await asked(`insert into prices (item, amount) values ('tea', 9)`)).toEqual(['23505', [1]])
    expect(await outcome(second, 'select item, amount from prices')).toEqual([{ item: 'tea', amount: 9 }])
    await db.app.query(
      `create table visits_2029 partition of visits for values from ('2029-01-01') to ('2030-01-01')`,
    )
    expect(await asked(same.replace('2024', '2029'))).toEqual([[{ user_id: 1 }], [{ user_id: 2 }]])
  })
})

test.each([
  [
    'inheritance',
    'create table notes (id int primary key); create table old_notes () inherits (notes)',
    /public.old_notes inherit from public.notes, and keys are not inherited/,
  ],
  [
    'a partition alone',
    `create table all_notes (id int) partition by range (id); create table notes partition of all_notes default`,
    /public.notes is a partition of public.all_notes; name public.all_notes instead/,
  ],
  [
    'a foreign partition',
    `create table notes (id int) partition by range (id);
      create foreign table notes_far partition of notes default server far options (table_name 'x')`,
    /public.notes_far, a partition of public.notes, is a foreign table/,
  ],
  [
    'no partition for a new user',
    `create table notes (id int, user_id int not null) partition by list (user_id);
      create table notes_1 partition of notes for values in (1)`,
    /public.notes is partitioned by its owner column user_id, and no partition takes the rows of a new user/,
  ],
])('refuses %s by name, before anything changes', async (_what, sql, why) => {
  const db = await pile({
    schema: `create table users (id int primary key); insert into users values (1)`,
    tables: { notes: { owner: 'user_id', access: 'private' } },
  })
  await db.admin.query(
    `create extension postgres_fdw; create server far foreign data wrapper postgres_fdw; grant usage on foreign server far to ${db.plan.login}`,
  )
  await db.app.query(sql)
  await expect(reconcileOwnership(db.app, db.plan)).rejects.toThrow(why)
  expect(await outcome(db.admin, `select to_regnamespace('usertwo') as made`)).toEqual([{ made: null }])
  await db.close()
})
