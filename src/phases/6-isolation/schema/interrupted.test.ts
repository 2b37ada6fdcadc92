import { spawn } from 'node:child_process'
import { once as happened } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { afterEach, describe, expect, test } from 'vitest'
import { builtUrl } from '../../../../test/support/built.js'
import { catalogText } from '../../../../test/support/catalog-text.js'
import { outcome, type Pile, pile } from '../../../../test/support/ownership-pile.js'
import { findTable, readCatalog } from '../../../database/catalog.js'
import { planOwnership } from './plan/plan-ownership.js'
import { reconcileOwnership } from './reconcile.js'
import type { Step } from './step.js'

const SCHEMA = `
  create table users (id serial primary key, username text);
  create table threads (id serial primary key, title text, user_id int);
  create table events (id serial primary key, thread_id int references threads on delete cascade);
  insert into users values (1, 'owner'), (2, 'second');
  insert into threads (title, user_id) values ('a', null), ('b', 2), ('c', 1);
  insert into events (thread_id) values (1), (2), (3), (null)`
const TABLES: Pile['plan']['tables'] = {
  threads: { owner: 'user_id', access: 'private' },
  events: { owner: 'user_id', access: 'readable' },
}
const small = () => pile({ schema: SCHEMA, tables: TABLES })

/** Reconciles in a separate process, which is killed before the step of that number. */
const CHILD = `
  import pg from 'pg'
  const module = await import(process.env.MODULE)
  const client = new pg.Client(process.env.URL)
  await client.connect()
  let step = 0
  await module.reconcileOwnership(client, JSON.parse(process.env.PLAN), {
    onStep: () => { if (step++ === Number(process.env.KILL_AT)) process.kill(process.pid, 'SIGKILL') },
  })
  await client.end()`

async function killedAt(db: Pile, step: number): Promise<string | number | null> {
  const child = spawn(process.execPath, ['--input-type=module', '-e', CHILD], {
    env: {
      ...process.env,
      MODULE: await builtUrl('src/phases/6-isolation/schema/reconcile.js'),
      URL: db.url,
      PLAN: JSON.stringify(db.plan),
      KILL_AT: String(step),
    },
    stdio: 'inherit',
  })
  const [code, signal] = await happened(child, 'exit')
  return signal ?? code
}

/** Everything that must not depend on how often the run was interrupted. */
async function ending(db: Pile): Promise<unknown> {
  const shape = await catalogText(db.admin, { [db.plan.login]: 'login', [db.plan.requestRole]: 'request' })
  const rows = await db.admin.query(
    `select 'thread' as what, id, user_id from threads union all select 'event', id, user_id from events order by 1, 2`,
  )
  return { shape: shape.split('\n'), rows: rows.rows }
}

let opened: Pile[] = []
afterEach(async () => {
  await Promise.all(opened.splice(0).map((db) => db.close()))
  opened = []
})
async function fresh(): Promise<Pile> {
  const db = await small()
  opened.push(db)
  return db
}

describe('interrupted', () => {
  test('killed before any step, the next run ends in the same schema and rows', async () => {
    const whole = await fresh()
    const { done } = await reconcileOwnership(whole.app, whole.plan)
    const wanted = await ending(whole)
    expect(done.length).toBeGreaterThan(20)
    const once = (steps: Step[]) => steps.filter((step) => !step.batches).map((step) => step.name)
    // Each kill starts a process. `npm run test:all` tries them all.
    const stride = process.env.SERIES === 'full' ? 1 : 4
    const left = done.map((_, step) => step).filter((step) => step % stride === 0)
    const walk = async () => {
      for (let step = left.shift(); step !== undefined; step = left.shift()) {
        const db = await small()
        expect(await killedAt(db, step), done[step]?.name).toBe('SIGKILL')
        const rest = await reconcileOwnership(db.app, db.plan)
        // Nothing runs twice except batches, which find nothing the second time.
        expect(once(rest.done), done[step]?.name).toEqual(once(done.slice(step)))
        expect(await ending(db), done[step]?.name).toEqual(wanted)
        expect(await planOwnership(db.app, db.plan)).toEqual([])
        await db.close()
      }
    }
    await Promise.all([walk(), walk()])
  }, 300_000)

  test('in the middle of a concurrent index, the invalid one is dropped and built again', async () => {
    const db = await fresh()
    // An older transaction that wrote: a concurrent build waits for it, and leaves an invalid index if it is cancelled.
    const old = await db.system()
    const watcher = reconcileOwnership(db.app, db.plan, {
      onStep: async (step) => {
        if (!/^public.threads: index/.test(step.name)) return
        await old.query(`begin; insert into threads (title, user_id) values ('late', 1)`)
      },
    })
    const failed = watcher.then(
      () => 'ended',
      () => 'cut',
    )
    for (let cut = 0; cut === 0; await sleep(50)) {
      const { rowCount } = await db.admin.query(
        `select pg_terminate_backend(pid) from pg_stat_activity where query ilike 'create%index concurrently%'
        and datname = current_database() and pid <> pg_backend_pid() and wait_event_type = 'Lock'`,
      )
      cut = rowCount ?? 0
    }
    expect(await failed).toBe('cut')
    await old.query('commit')
    const again = await db.system()
    const invalid = async () =>
      findTable(await readCatalog(again), 'threads')?.indexes.filter((index) => !index.valid) ?? []
    expect(await invalid()).toHaveLength(1)
    const { done } = await reconcileOwnership(again, db.plan)
    expect(done.map((step) => step.name)).toContainEqual(expect.stringMatching(/invalid index .* dropped/))
    expect(await invalid()).toEqual([])
  })
})

describe('in the way', () => {
  test('steps back from a table that is in use, and goes on when it is free', async () => {
    const db = await fresh()
    const reader = await db.system()
    await reader.query('begin; select * from threads')
    const run = reconcileOwnership(db.app, db.plan, { lockTimeout: 50 })
    await sleep(400)
    // Nothing queues behind a waiting change for longer than its timeout.
    expect(await outcome(db.admin, 'select count(*)::int from threads')).toEqual([{ count: 3 }])
    await reader.query('commit')
    await run
    expect(await planOwnership(db.app, db.plan)).toEqual([])
  })

  test('gives up in the end, naming the step and what to do', async () => {
    const db = await fresh()
    const reader = await db.system()
    await reader.query('begin; select * from threads')
    await expect(reconcileOwnership(db.app, db.plan, { lockTimeout: 20, attempts: 2 })).rejects.toThrow(
      /public.threads: .*lock timeout.*pg_blocking_pids/,
    )
    expect(await outcome(db.app, 'show lock_timeout')).toEqual([{ lock_timeout: '0' }])
    await reader.query('commit')
  })

  test('two runs at once do the work once', async () => {
    const db = await fresh()
    const other = new pg.Client(db.url)
    await other.connect()
    const runs = await Promise.all([reconcileOwnership(db.app, db.plan), reconcileOwnership(other, db.plan)])
    await other.end()
    expect(runs.map((run) => run.done.length).sort((a, b) => a - b)[0]).toBe(0)
    expect(await planOwnership(db.app, db.plan)).toEqual([])
  })

  test('waits for another run no longer than `waitFor`', async () => {
    const db = await fresh()
    const other = await db.system()
    await other.query(`select pg_advisory_lock(${0x7574}, 6)`)
    await expect(reconcileOwnership(db.app, db.plan, { waitFor: 100 })).rejects.toThrow(/another run/)
  })
})
