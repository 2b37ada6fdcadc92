import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type Pile, pile } from '../../../../test/support/ownership-pile.js'
import { lintOwnership } from './lint.js'
import { reconcileOwnership } from './reconcile.js'

let db: Pile

beforeAll(async () => {
  db = await pile()
  await reconcileOwnership(db.app, db.plan)
})
afterAll(() => db.close())

test('finds nothing in a database that was brought to the plan', async () => {
  expect(await lintOwnership(db.app, db.plan)).toEqual([])
})

describe('on a database broken by hand', () => {
  // DDL is transactional: each test breaks what it likes, and a rollback restores it.
  beforeEach(() => db.admin.query('begin'))
  afterEach(() => db.admin.query('rollback'))

  const broken = (): [
    title: string,
    sql: string,
    finding: { rule: string; table: string; what: RegExp },
  ][] => {
    const { requestRole, login } = db.plan
    const at = 'public.threads'
    return [
      [
        'row security off',
        'alter table threads disable row level security',
        { rule: 'row-security', table: at, what: /off/ },
      ],
      [
        'not forced',
        'alter table threads no force row level security',
        { rule: 'row-security', table: at, what: /not forced/ },
      ],
      [
        'users open',
        'alter table users disable row level security',
        { rule: 'row-security', table: 'public.users', what: /off/ },
      ],
      [
        'no select policy',
        'drop policy usertwo_select on threads',
        { rule: 'select-policy', table: at, what: /missing/ },
      ],
      [
        'no write policy',
        'drop policy usertwo_update on threads',
        { rule: 'write-policy', table: at, what: /missing/ },
      ],
      [
        'write policy without a check of its own',
        'alter policy usertwo_update on threads with check (user_id is not null)',
        { rule: 'write-policy', table: at, what: /changed/ },
      ],
      [
        'select policy widened',
        'alter policy usertwo_select on threads using (user_id = (select usertwo.uid()) or user_id = 1)',
        { rule: 'select-policy', table: at, what: /changed/ },
      ],
      [
        'system policy for all roles',
        'alter policy usertwo_system on threads to public',
        { rule: 'select-policy', table: at, what: /usertwo_system was changed/ },
      ],
      [
        'an always-true policy',
        'create policy all_of_it on threads using (true)',
        { rule: 'always-true', table: at, what: /all_of_it/ },
      ],
      [
        'an extra policy',
        'create policy more on threads for select using (title is not null)',
        { rule: 'extra-policy', table: at, what: /more/ },
      ],
      [
        'a nullable owner',
        'alter table events alter user_id drop not null',
        { rule: 'owner-nullable', table: 'public.events', what: /null/ },
      ],
      [
        'a literal default',
        'alter table events alter user_id set default 1',
        { rule: 'owner-default', table: 'public.events', what: /defaults to 1/ },
      ],
      [
        'no default',
        'alter table events alter user_id drop default',
        { rule: 'owner-default', table: 'public.events', what: /no default/ },
      ],
      [
        'no index that leads with the owner',
        'drop index usertwo_settings_user_id_id',
        { rule: 'owner-index', table: 'public.settings', what: /no valid index/ },
      ],
      [
        'an invalid index',
        `update pg_index set indisvalid = false where indexrelid = 'usertwo_settings_user_id_id'::regclass`,
        { rule: 'owner-index', table: 'public.settings', what: /invalid/ },
      ],
      [
        'no key to users',
        'alter table events drop constraint usertwo_events_user_id_fkey',
        { rule: 'owner-key', table: 'public.events', what: /users/ },
      ],
      [
        'rows that pass to the user who deletes their owner',
        'alter table events add constraint heirs foreign key (user_id) references users on delete set default',
        { rule: 'owner-key', table: 'public.events', what: /heirs.*pass to the user who deletes/ },
      ],
      [
        'no key to the parent',
        'alter table events drop constraint usertwo_events_user_id_thread_id_fkey',
        { rule: 'parent-key', table: 'public.events', what: /thread_id/ },
      ],
      [
        'a key to the parent that is checked at once',
        'alter table events alter constraint usertwo_events_user_id_thread_id_fkey not deferrable',
        { rule: 'parent-key', table: 'public.events', what: /thread_id/ },
      ],
      [
        'an unclassified table',
        'create table letters (id int)',
        { rule: 'unclassified', table: 'public.letters', what: /not classified/ },
      ],
      [
        'a view with the rights of its owner',
        'create view titles as select title from threads',
        { rule: 'view-invoker', table: 'public.titles', what: /public.threads/ },
      ],
      [
        'a view over such a view',
        'create view a as select * from threads; create view b as select * from a',
        { rule: 'view-invoker', table: 'public.b', what: /public.threads/ },
      ],
      [
        'a materialised view',
        'create materialized view copy as select * from threads',
        { rule: 'materialized-view', table: 'public.copy', what: /public.threads/ },
      ],
      [
        'a security definer function',
        `create function spy() returns bigint language sql security definer as 'select count(*) from threads'`,
        { rule: 'definer-function', table: 'public.spy()', what: /public.threads/ },
      ],
      [
        'a security definer function with dynamic SQL',
        `create function spy2(t text) returns void language plpgsql security definer as 'begin execute t; end'`,
        { rule: 'definer-function', table: 'public.spy2(t text)', what: /dynamic/ },
      ],
      [
        'a superuser as request role',
        `alter role ${requestRole} superuser`,
        { rule: 'request-role', table: requestRole, what: /superuser/ },
      ],
      [
        'a request role that bypasses policies',
        `alter role ${requestRole} bypassrls`,
        { rule: 'request-role', table: requestRole, what: /bypassrls/ },
      ],
      [
        'a request role that owns a table',
        `alter table tasks owner to ${requestRole}`,
        { rule: 'request-role', table: requestRole, what: /owns public.tasks/ },
      ],
      [
        'a request role that is a member of the owner',
        `revoke ${requestRole} from ${login}; grant ${login} to ${requestRole}`,
        { rule: 'request-role', table: requestRole, what: new RegExp(`member of ${login}`) },
      ],
      [
        'a request role that may create tables',
        'grant create on schema public to public',
        { rule: 'request-role', table: requestRole, what: /schema public/ },
      ],
      [
        'a request role that may truncate',
        `grant truncate on threads to ${requestRole}`,
        { rule: 'request-rights', table: at, what: /truncate/ },
      ],
      [
        'a closed table open to all roles',
        'grant select on agent_metrics to public',
        { rule: 'request-rights', table: 'public.agent_metrics', what: /select/ },
      ],
      [
        'a reference table that can be written',
        `grant update (title) on tasks to ${requestRole}`,
        { rule: 'request-rights', table: 'public.tasks', what: /update/ },
      ],
      [
        "the toolkit's own table in reach",
        `create table usertwo.secret (id int); grant select on usertwo.secret to ${requestRole}`,
        { rule: 'request-rights', table: 'usertwo.secret', what: /select/ },
      ],
      [
        'a right that is missing',
        `revoke delete on threads from ${requestRole}`,
        { rule: 'request-rights', table: at, what: /may not delete/ },
      ],
      [
        'a login that is a superuser',
        `alter role ${login} superuser`,
        { rule: 'login-role', table: login, what: /superuser/ },
      ],
      [
        'another uid()',
        `create or replace function usertwo.uid() returns int language sql stable parallel safe as 'select 1'`,
        { rule: 'uid', table: 'usertwo.uid()', what: /something else/ },
      ],
      [
        'settings with a name that is unique for all',
        'create unique index once on settings (note)',
        { rule: 'per-user-key', table: 'public.settings', what: /once allows/ },
      ],
      [
        'settings whose key has no default',
        'alter table settings alter id drop default',
        { rule: 'per-user-key', table: 'public.settings', what: /settings_pkey allows a value once/ },
      ],
      [
        'a part of an owned table',
        'create table more_threads () inherits (threads)',
        { rule: 'partition', table: 'public.more_threads', what: /public.threads/ },
      ],
    ]
  }

  test('names each broken thing', async () => {
    for (const [title, sql, { rule, table, what }] of broken()) {
      await db.admin.query('savepoint whole')
      await db.admin.query(sql)
      const findings = await lintOwnership(db.admin, db.plan)
      await db.admin.query('rollback to savepoint whole')
      expect(findings, title).toContainEqual({
        rule,
        table,
        what: expect.stringMatching(what),
        fix: expect.any(String),
      })
    }
    expect(await lintOwnership(db.admin, db.plan)).toEqual([])
  })

  test('leaves a security invoker view and a definer function over reference tables alone', async () => {
    await db.admin.query(`create view titles with (security_invoker) as select title from threads`)
    await db.admin.query(
      `create function board() returns bigint language sql security definer as 'select count(*) from tasks'`,
    )
    expect(await lintOwnership(db.admin, db.plan)).toEqual([])
  })

  test('an owned table that is partitioned is judged with its partitions', async () => {
    await db.admin.query(`create table logs (id int, user_id int) partition by range (id);
      create table logs_1 partition of logs for values from (1) to (10)`)
    const plan = {
      ...db.plan,
      tables: { ...db.plan.tables, logs: { owner: 'user_id', access: 'private' as const } },
    }
    const found = (await lintOwnership(db.admin, plan)).filter(({ table }) => /logs/.test(table))
    expect(found.map(({ rule }) => rule)).toEqual(
      expect.arrayContaining(['row-security', 'partition', 'owner-nullable']),
    )
    await reconcileOwnership(db.admin, plan)
    expect(await lintOwnership(db.admin, plan)).toEqual([])
    for (const [rule, sql] of [
      ['row-security', 'alter table logs_1 no force row level security'],
      ['extra-policy', 'create policy wide on logs_1 using (id > 0)'],
      ['select-policy', 'drop policy usertwo_select on logs_1'],
      ['request-rights', `grant truncate on logs_1 to ${db.plan.requestRole}`],
    ]) {
      await db.admin.query('begin')
      await db.admin.query(sql!)
      expect(await lintOwnership(db.admin, plan)).toEqual([
        expect.objectContaining({ rule, table: 'public.logs_1' }),
      ])
      await db.admin.query('rollback')
    }
  })
})
