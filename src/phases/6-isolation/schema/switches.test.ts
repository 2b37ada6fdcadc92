import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { catalogText } from '../../../../test/support/catalog-text.js'
import { outcome, PILE_TABLES, type Pile, pile } from '../../../../test/support/ownership-pile.js'
import { ownershipStatus } from '../../../../test/support/ownership-status.js'
import type { TableEnforcement } from '../../../config/config.js'
import { readCatalog } from '../../../database/catalog.js'
import { lintOwnership } from './lint.js'
import type { OwnershipPlan } from './plan/ownership-plan.js'
import { planOwnership } from './plan/plan-ownership.js'
import { reconcileOwnership } from './reconcile.js'
import { isOpenPolicy } from './rights/policies.js'

let db: Pile
beforeAll(async () => {
  db = await pile()
  await reconcileOwnership(db.app, db.plan)
  await db.admin.query(`insert into users values (2, 'second');
    insert into threads (id, title, user_id) values (9000000, 'of the second', 2)`)
})
afterAll(() => db?.close())

/** The plan with some tables switched. */
function switched(to: Record<string, TableEnforcement>, plan = db.plan): OwnershipPlan {
  const tables = Object.entries(plan.tables).map(([name, entry]) =>
    'owner' in entry && to[name] ? [name, { ...entry, enforcement: to[name] }] : [name, entry],
  )
  return { ...plan, tables: Object.fromEntries(tables) }
}

const LEAVES = { threads: 'off', events: 'off', snapshots: 'off' } as const

describe.each(['off', 'report'] as const)('threads and their children at %s', (at) => {
  const plan = () => switched({ threads: at, events: at, snapshots: at })
  beforeEach(async () => void (await reconcileOwnership(db.app, plan())))

  test('every logged-in user reads, changes and deletes all rows', async () => {
    const second = await db.as(2)
    expect(await outcome(second, 'select count(distinct user_id)::int as n from threads')).toEqual([{ n: 2 }])
    expect(await outcome(second, `update threads set notes = 'x' where id = 1 returning user_id`)).toEqual([
      { user_id: 1 },
    ])
    await second.query('begin')
    expect(await outcome(second, 'delete from threads where id = 1')).toEqual([1])
    await second.query('rollback')
  })

  test('a new row is still the current user’s, and cannot reference another user’s row', async () => {
    const second = await db.as(2)
    expect(await outcome(second, `insert into threads (title) values ('new') returning user_id`)).toEqual([
      { user_id: 2 },
    ])
    expect(await outcome(second, `insert into threads (title, user_id) values ('gift', 1)`)).toBe('42501')
    expect(await outcome(second, `insert into events (type, thread_id) values ('rate', 1)`)).toBe('23503')
    expect(await outcome(second, `update events set thread_id = 9000000 where id = 2`)).toBe('23503')
  })

  test('an unbound session finds nothing, old code the owner’s rows, and other tables stay separate', async () => {
    const unbound = await db.as(null)
    expect(await outcome(unbound, 'select * from threads')).toEqual([0])
    expect(await outcome(unbound, `update threads set notes = 'x'`)).toEqual([0])
    expect(await outcome(db.app, 'select distinct user_id from threads')).toEqual([{ user_id: 1 }])
    expect(await outcome(await db.as(2), 'select * from sessions')).toEqual([0])
  })

  test('nothing is left to do, and the lint reports only what the plan says differently', async () => {
    expect(await planOwnership(db.app, plan())).toEqual([])
    expect(await lintOwnership(db.app, plan())).toEqual([])
    const { complete, enforced, tables } = await ownershipStatus(db.app, plan())
    expect([complete, enforced]).toEqual([true, false])
    expect(tables.filter(({ open }) => open).map(({ table }) => table)).toEqual([
      'public.threads',
      'public.events',
      'public.snapshots',
    ])
    const found = await lintOwnership(db.app, db.plan)
    expect(new Set(found.map(({ table }) => table))).toEqual(
      new Set(['public.threads', 'public.events', 'public.snapshots']),
    )
  })
})

describe('the switch', () => {
  test('is a step of the plan in each direction, and undoing it leaves nothing', async () => {
    await reconcileOwnership(db.app, db.plan)
    const before = await catalogText(db.app)
    const open = await planOwnership(db.app, switched(LEAVES))
    expect(open.map(({ kind, name }) => `${kind} ${name}`)).toEqual(
      expect.arrayContaining([
        'enforce public.threads: rows open to everybody signed in (enforcement: off)',
        'enforce public.snapshots: rows open to everybody signed in (enforcement: off)',
      ]),
    )
    await reconcileOwnership(db.app, switched(LEAVES))
    const told = await planOwnership(db.app, switched({ ...LEAVES, threads: 'report' }))
    expect(told.map(({ name }) => name)).toEqual([
      'usertwo.passes(): reports what would have been hidden',
      'public.threads: rows open to everybody signed in (enforcement: report)',
    ])
    await reconcileOwnership(db.app, switched({ ...LEAVES, threads: 'report' }))
    expect((await planOwnership(db.app, db.plan)).at(-1)?.name).toBe('usertwo.passes(): no table reports')
    await reconcileOwnership(db.app, db.plan)
    expect(await catalogText(db.app)).toBe(before)
    expect(await outcome(db.admin, `select proname from pg_proc where proname = 'passes'`)).toEqual([0])
  })

  test('of a readable table does not change its reads', async () => {
    const readable = { owner: 'user_id', access: 'readable' as const, enforcement: 'report' as const }
    const plan = { ...db.plan, tables: { ...db.plan.tables, settings: readable } }
    await reconcileOwnership(db.app, plan)
    const settings = (await readCatalog(db.app)).tables.find(({ name }) => name === 'settings')
    expect(settings?.policies.filter(isOpenPolicy).map(({ name }) => name)).toEqual([
      'usertwo_open_delete',
      'usertwo_open_update',
    ])
    await reconcileOwnership(db.app, db.plan)
  })
})

describe('a child', () => {
  const problem = (to: Record<string, TableEnforcement>, plan = db.plan) =>
    planOwnership(db.app, switched(to, plan)).then(
      () => null,
      (error: Error) => error.message,
    )

  test('is not enforced before its parent: both are named, and what they can be', async () => {
    const said = await problem({ threads: 'report', snapshots: 'report' })
    expect(said).toContain(
      `tables.events.enforcement is 'enforce', and its parent threads is at 'report': a child is not enforced before ` +
        `its parent; set tables.threads.enforcement to 'enforce', or tables.events.enforcement to 'report' or 'off'`,
    )
    expect(await problem({ sessions: 'off' })).toMatch(/tables\.snapshots.*parent sessions is at 'off'/s)
  })

  test('may wait for its parents, and a key that is set to null does not make one', async () => {
    expect(await problem({ snapshots: 'report' })).toBeNull()
    // sessions.pending_thread_id only references a thread.
    expect(await problem({ threads: 'report', events: 'report', snapshots: 'report' })).toBeNull()
  })

  test('has the parent that a key of several columns references', async () => {
    await db.app.query(`create table chapters (id serial primary key, thread_id int not null, user_id int not null,
      foreign key (user_id, thread_id) references threads (user_id, id) on delete cascade)`)
    const chapters = { owner: 'user_id', access: 'private' as const }
    const plan = { ...db.plan, tables: { ...db.plan.tables, chapters } }
    const said = await problem({ threads: 'report', events: 'report', snapshots: 'report' }, plan)
    await db.app.query('drop table chapters')
    expect(said).toMatch(/tables\.chapters\.enforcement is 'enforce', and its parent threads/)
  })

  test('has the parent that via names, and no other', async () => {
    const events = { ...PILE_TABLES.events, via: 'session_id' } as OwnershipPlan['tables'][string]
    const plan = { ...db.plan, tables: { ...db.plan.tables, events } }
    expect(await problem({ threads: 'report' }, plan)).toBeNull()
    expect(await problem({ sessions: 'report', snapshots: 'off' }, plan)).toMatch(/tables\.events.*sessions/s)
  })
})

test('in report each statement says how many rows of other users it reached, without the user’s own', async () => {
  await reconcileOwnership(db.app, switched({ threads: 'report', events: 'report', snapshots: 'report' }))
  const second = await db.as(2)
  const heard: { table: string; verb: string; rows: number }[] = []
  second.on('notice', ({ code, detail }) => void (code === 'UT001' && heard.push(JSON.parse(detail ?? ''))))
  const told = async (sql: string) => {
    heard.length = 0
    await second.query(sql)
    return heard.map(({ table, verb, rows }) => `${table} ${verb} ${rows}`)
  }
  expect(await told('select * from threads where user_id = 2')).toEqual([])
  expect(await told(`insert into threads (title) values ('own')`)).toEqual([])
  expect(await told('select * from threads where id in (1, 2)')).toEqual([
    'threads select 1',
    'threads select 2',
  ])
  // Whichever policy is evaluated first: the user's own row does not count.
  expect(await told(`select usertwo.passes('threads', 'select', true)`)).toEqual([])
  // Each statement counts from one, also in a transaction, and whatever client_min_messages is.
  await second.query('begin; set local client_min_messages = error')
  expect(await told('select * from threads where id = 3')).toEqual(['threads select 1'])
  expect(await told(`update threads set notes = 'y' where id = 3`)).toContain('threads update 1')
  expect(await told('delete from threads where id = 3')).toContain('threads delete 1')
  await second.query('rollback')
  await db.admin.query(`insert into threads (title, user_id) select 'many', 1 from generate_series(1, 5000)`)
  const many = await told('select count(*) from threads')
  expect(many.at(-1)).toBe('threads select 4096')
  expect(many.length).toBeLessThan(100)
})
