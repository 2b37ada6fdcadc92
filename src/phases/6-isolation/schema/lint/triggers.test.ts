import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { outcome, type Pile, pile } from '../../../../../test/support/ownership-pile.js'
import { lintOwnership } from '../lint.js'
import { reconcileOwnership } from '../reconcile.js'

let db: Pile

beforeAll(async () => {
  db = await pile()
  await db.app.query("insert into users values (2, 'second')")
  await reconcileOwnership(db.app, db.plan)
})
afterAll(() => db.close())
beforeEach(() => db.admin.query('begin'))
afterEach(() => db.admin.query('rollback'))

/** Runs SQL as the second user inside the test's transaction: bound as a request is, under the request role. */
async function asSecond(sql: string): Promise<unknown> {
  await db.admin.query(
    `savepoint second; set local role ${db.plan.requestRole}; set local usertwo.user_id = '2'`,
  )
  const found = await outcome(db.admin, sql)
  if (typeof found === 'string') await db.admin.query('rollback to savepoint second')
  await db.admin.query(`reset role; set local usertwo.user_id = ''`)
  return found
}

const HISTORY = (values: string, owner = '') => `
  create function history() returns trigger language plpgsql as $$
    begin insert into events (type${owner && `, ${owner}`}) values ('made'${values && `, ${values}`}); return new; end $$;
  create trigger history after insert on threads for each row execute function history()`
const CREATE = "insert into threads (title) values ('x') returning user_id"
const MADE = "select user_id from events where type = 'made'"

describe('I55 rows that triggers write', () => {
  test.each([
    ['leaves the owner out', HISTORY('')],
    ['takes it from the row that fired it', HISTORY('new.user_id', 'user_id')],
  ])('belong to who wrote, where the trigger %s', async (_, sql) => {
    await db.admin.query(sql)
    expect(await asSecond(CREATE)).toEqual([{ user_id: 2 }])
    expect((await db.admin.query(MADE)).rows).toEqual([{ user_id: 2 }])
    expect(await lintOwnership(db.admin, db.plan)).toEqual([])
  })

  test('for the owner’s id are refused to the second user, and named', async () => {
    await db.admin.query(HISTORY('1', 'user_id'))
    expect(await asSecond(CREATE)).toBe('42501')
    expect(await lintOwnership(db.admin, db.plan)).toMatchObject([
      {
        rule: 'trigger-owner',
        table: 'public.events',
        what: expect.stringMatching(/history on public.threads/),
      },
    ])
  })

  test('get the owner’s id where the trigger runs as a superuser, and it is named', async () => {
    await db.admin.query(`${HISTORY('1', 'user_id')}; alter function history() security definer`)
    expect(await asSecond(CREATE)).toEqual([{ user_id: 2 }])
    expect((await db.admin.query(MADE)).rows).toEqual([{ user_id: 1 }])
    const rules = (await lintOwnership(db.admin, db.plan)).map(({ rule }) => rule)
    expect(rules).toEqual(expect.arrayContaining(['trigger-definer', 'trigger-owner', 'definer-function']))
  })

  test('a rule writes into a closed table that requests may not reach, and is named', async () => {
    await db.admin.query(`create rule noted as on insert to threads
      do also insert into agent_metrics (id, task_id) values (9, 7)`)
    expect(await asSecond('insert into agent_metrics (id, task_id) values (9, 7)')).toBe('42501')
    await asSecond("insert into threads (title) values ('x')")
    expect((await db.admin.query('select task_id from agent_metrics')).rows).toEqual([{ task_id: 7 }])
    expect(await lintOwnership(db.admin, db.plan)).toMatchObject([{ rule: 'rule', table: 'public.threads' }])
  })

  test.each([
    ['in its text', `perform set_config('usertwo.user_id', '1', true)`, ''],
    ['by a statement', 'set local usertwo.user_id = 1', ''],
    ['by a setting of its own', 'null', `set usertwo.user_id = '1'`],
  ])('a function that becomes another user %s shows their rows, and is named', async (_, body, setting) => {
    await db.admin.query(`create function peek() returns bigint language plpgsql ${setting} as $$
      begin ${body}; return (select count(*) from threads where user_id = 1); end $$`)
    expect(await asSecond('select peek()::int as n')).toEqual([{ n: 5 }])
    expect(await lintOwnership(db.admin, db.plan)).toMatchObject([
      { rule: 'changes-user', table: 'public.peek()' },
    ])
  })

  const quiet: [string, string][] = [
    ['compares the owner', `if new.user_id = 1 then new.notes := 'first'; end if`],
    ['keeps the owner', 'new.user_id := old.user_id'],
    ['asks who it is', 'new.user_id := usertwo.uid()'],
    ['says it in a comment', '-- new.user_id := 1;\n null'],
  ]
  test.each(quiet)('a trigger that %s is not reported', async (_, body) => {
    await db.admin.query(`create function touch() returns trigger language plpgsql as $f$ begin ${body}; return new; end $f$;
      create trigger touch before update on threads for each row execute function touch()`)
    expect(await lintOwnership(db.admin, db.plan)).toEqual([])
  })

  const loud: [string, string][] = [
    ['assigns', 'new.user_id := 1'],
    ['assigns without a colon', `new.title := 'x'; new."user_id" = '1'`],
    ['selects into it', 'select min(id) into new.user_id from users'],
  ]
  test.each(loud)('a trigger that %s a fixed owner is named', async (_, body) => {
    await db.admin.query(`create function give() returns trigger language plpgsql as $f$ begin ${body}; return new; end $f$;
      create trigger give before insert on threads for each row execute function give()`)
    expect(await lintOwnership(db.admin, db.plan)).toMatchObject([
      { rule: 'trigger-owner', table: 'public.threads' },
    ])
    await db.admin.query('alter table threads disable trigger give')
    expect(await lintOwnership(db.admin, db.plan)).toEqual([])
  })

  test('a rule that does nothing is not reported', async () => {
    await db.admin.query('create rule kept as on delete to tasks do instead nothing')
    expect(await lintOwnership(db.admin, db.plan)).toEqual([])
  })
})
