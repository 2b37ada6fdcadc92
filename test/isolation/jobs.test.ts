import { execFile } from 'node:child_process'
import type { Readable } from 'node:stream'
import { setTimeout as sleep, setImmediate as turn } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import express, { type ErrorRequestHandler } from 'express'
import type { Knex } from 'knex'
import pg from 'pg'
import QueryStream from 'pg-query-stream'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { asInjectedUser, asSystem, asUser, bindUser, forEachUser, injectUser } from '../../src/index.js'
import { build } from '../support/built.js'
import { drained, require } from '../support/shared-tables.js'
import { type WrappedApp, wrappedApp } from '../support/wrapped-app.js'

const Cursor: new (
  text: string,
  values: unknown[],
) => pg.Submittable & { read(rows: number): Promise<unknown> } = require('pg-cursor')
const copyStreams: { to(text: string): pg.Submittable & Readable } = require('pg-copy-streams')
const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const USERS = 8
let app: WrappedApp

/**
 * An app with the queues that apps have: one of functions, worked off in the process, and one of plain data.
 */
class Queues {
  functions: (() => Promise<unknown>)[] = []
  /** as a queue outside the process keeps them */
  lines: string[] = []
  errors: string[] = []
  open = false
  #draining = false

  /** Runs queued functions in the first request that comes: where such a loop begins is an accident. */
  async drain(): Promise<void> {
    if (this.#draining || !this.open) return
    this.#draining = true
    for (let job = this.functions.shift(); job; job = this.functions.shift()) {
      await turn()
      await job().catch((error: { code?: string }) => this.errors.push(error.code ?? String(error)))
    }
    this.#draining = false
  }

  /** What a worker does, outside every request. */
  async work(db: Knex): Promise<void> {
    const jobs = this.lines.splice(0).map((line) => JSON.parse(line) as { text: string })
    await Promise.all(
      jobs.map((job) =>
        asInjectedUser(job, ({ text }) => db('notes').insert({ text })).catch((error: { code?: string }) =>
          this.errors.push(error.code ?? String(error)),
        ),
      ),
    )
  }
}

const queues = new Queues()
let ticks = 0

function makeApp(db: Knex) {
  const inner = express()
  inner.use(express.json())
  const told = (error: Error) => error.message
  inner.get('/system', async (_req, res) => {
    res.json(await bindUser(() => asSystem('why not', () => 'the system'))().catch(told))
  })
  inner.get('/everybody', async (_req, res) => {
    res.json(await bindUser(() => forEachUser(() => {}))().catch(told))
  })
  inner.post('/function', (req, res) => {
    const { text } = req.body
    queues.functions.push(bindUser(() => db('notes').insert({ text })))
    void queues.drain()
    res.status(202).end()
  })
  inner.post('/data', (req, res) => {
    queues.lines.push(JSON.stringify(injectUser(req.body)))
    res.status(202).end()
  })
  inner.post('/forgotten', (req, res) => {
    queues.lines.push(JSON.stringify(req.body))
    res.status(202).end()
  })
  inner.get('/notes', async (_req, res) => res.json(await db('notes').orderBy('id').pluck('text')))
  inner.get('/after', (_req, res) => {
    const rows = sleep(20).then(() => db.raw('select user_id from notes'))
    queues.functions.push(() => rows.then((found) => found.rows))
    res.status(202).end()
  })
  inner.post('/round', async (_req, res) => res.json(await forEachUser(() => db('notes').delete())))
  inner.post('/as-other', async (_req, res) => {
    res.json(await asUser(1, () => asSystem('a way round', () => db('notes').select())))
  })
  const tell: ErrorRequestHandler = (error, _req, res, _next) => {
    queues.errors.push(String(error))
    res.status(500).end()
  }
  inner.use(tell)
  return inner
}

beforeAll(async () => {
  app = await wrappedApp(makeApp, { users: USERS })
}, 60_000)
afterAll(() => app?.dispose())
beforeEach(async () => {
  await app.stored('delete from notes')
  Object.assign(queues, { functions: [], lines: [], errors: [], open: false })
})

interface Outcome {
  done: number
  errors: string[]
  bare: string
}

/** What an adopter writes in a worker: the configuration, the handle, the jobs. */
async function workInOtherProcess(lines: string[]): Promise<Outcome> {
  await build()
  const program = `
    import knex from 'knex'
    import { asInjectedUser, scope, startWorker } from ${JSON.stringify(new URL('../../dist/src/index.js', import.meta.url).href)}
    const { config, lines } = JSON.parse(process.argv[1])
    const db = scope(knex({ client: 'pg', connection: process.env.DATABASE_URL, pool: { min: 0, max: 2 } }))
    const layers = await startWorker(config)
    const outcome = { done: 0, errors: [] }
    await Promise.all(lines.map(async (line) => {
      try {
        await asInjectedUser(JSON.parse(line), ({ text }) => db('notes').insert({ text }))
        outcome.done++
      } catch (error) {
        outcome.errors.push(error.code)
      }
    }))
    outcome.bare = await db('notes').then(() => 'answered', (error) => error.code)
    await db.destroy()
    await layers.dispose()
    console.log(JSON.stringify(outcome))`
  const { PATH = '' } = process.env
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--input-type=module', '-e', program, JSON.stringify({ config: app.config, lines })],
    { cwd: ROOT, env: { PATH, ...app.env }, timeout: 60_000 },
  )
  return JSON.parse(stdout.trim().split('\n').at(-1)!) as Outcome
}

const owners = () =>
  app.stored<{ text: string; user_id: number }>('select text, user_id from notes order by text')
const everybody = (work: (person: WrappedApp['people'][number]) => Promise<unknown>) =>
  Promise.all([0, 1, 2].flatMap(() => app.people.map(work)))

describe('I45 a job queued in one person’s request', () => {
  test('runs as them in a loop that began in another’s, many people at once on a pool of two', async () => {
    await everybody((me) => app.ask(me, 'POST', '/function', { text: `of ${me.id}` }))
    expect(queues.functions).toHaveLength(3 * USERS)
    queues.open = true
    await app.ask(app.people[3]!, 'POST', '/function', { text: 'of 4' })
    while (queues.functions.length > 0) await turn()
    await expect.poll(async () => (await owners()).length).toBe(3 * USERS + 1)
    expect((await owners()).filter(({ text, user_id }) => text !== `of ${user_id}`)).toEqual([])
    expect(queues.errors).toEqual([])
  })

  test('runs as them in a worker that knows nothing but its data, beside everybody’s requests', async () => {
    await everybody((me) => app.ask(me, 'POST', '/data', { text: `of ${me.id}` }))
    const [, answers] = await Promise.all([
      queues.work(app.db),
      everybody(async (me) => ({
        id: me.id,
        notes: (await (await app.ask(me, 'GET', '/notes')).json()) as string[],
      })),
    ])
    for (const { id, notes } of answers as { id: number; notes: string[] }[])
      expect(notes.filter((text) => text !== `of ${id}`)).toEqual([])
    expect(await owners()).toHaveLength(3 * USERS)
    expect((await owners()).filter(({ text, user_id }) => text !== `of ${user_id}`)).toEqual([])
  })

  test('case 105: runs as its user in another process, where a query without a user is refused', async () => {
    await everybody((me) => app.ask(me, 'POST', '/data', { text: `of ${me.id}` }))
    await app.ask(app.people[1]!, 'POST', '/forgotten', { text: 'x' })
    const { done, errors, bare } = await workInOtherProcess(queues.lines.splice(0))
    expect({ done, errors, bare }).toEqual({
      done: 3 * USERS,
      errors: ['job_without_user'],
      bare: 'no_current_user',
    })
    expect((await owners()).filter(({ text, user_id }) => text !== `of ${user_id}`)).toEqual([])
    expect(await owners()).toHaveLength(3 * USERS)
  })

  test('an unbound job runs as the user whose request started the loop: no layer can know better', async () => {
    const [first, second] = app.people as [WrappedApp['people'][0], WrappedApp['people'][0]]
    const bare = () => app.db('notes').insert({ text: 'of 2' })
    queues.open = true
    await asUser(second.id, async () => queues.functions.push(bare as never))
    await asUser(first.id, () => queues.drain())
    expect(await owners()).toEqual([{ text: 'of 2', user_id: first.id }])
  })

  test('is refused without its user, and says what to write', async () => {
    await app.ask(app.people[1]!, 'POST', '/forgotten', { text: 'x' })
    await queues.work(app.db)
    expect(queues.errors).toEqual(['job_without_user'])
    await expect(asInjectedUser({ text: 'x' }, () => 1)).rejects.toThrow('injectUser(data)')
    expect(await owners()).toEqual([])
  })

  test('does not become another user’s by a field in a request’s body', async () => {
    const [first, second] = app.people as [WrappedApp['people'][0], WrappedApp['people'][0]]
    const usertwo = { user: first.id, mac: 'x'.repeat(43) }
    await app.ask(second, 'POST', '/forgotten', { text: 'smuggled', usertwo })
    await queues.work(app.db)
    expect(queues.errors).toEqual(['job_without_user'])
    await app.ask(second, 'POST', '/data', { text: 'forced', usertwo })
    await queues.work(app.db)
    expect(await owners()).toEqual([{ text: 'forced', user_id: second.id }])
    const own = await asUser(second.id, async () => injectUser({}))
    await expect(asInjectedUser({ usertwo: { ...own.usertwo, user: 1 } }, () => 1)).rejects.toThrow(
      'signature of this job is wrong',
    )
    await expect(asInjectedUser({ usertwo: { ...own.usertwo, user: '2' } }, () => 1)).rejects.toThrow(
      'signature of this job is wrong',
    )
  })

  test('is part of a request that runs it: the system stays closed to it', async () => {
    for (const path of ['/system', '/everybody']) {
      const answer = await app.ask(app.people[1]!, 'GET', path)
      expect([answer.status, await answer.text()]).toEqual([200, expect.stringContaining('inside a request')])
    }
  })

  test('is refused once its user is disabled or gone, whatever waits', async () => {
    const [{ id: disabled }, { id: gone }] = (await app.stored<{ id: number }>(
      "insert into users (username) values ('disabled'), ('gone') returning id",
    )) as [{ id: number }, { id: number }]
    const jobs = [disabled, gone].map((id) =>
      asUser(id, () => bindUser(() => app.db('notes').insert({ text: 'x' }))),
    )
    await app.stored(`insert into usertwo.credentials (user_id, is_active) values (${disabled}, false)`)
    await app.stored(`delete from users where id = ${gone}`)
    for (const job of jobs) await expect(job()).rejects.toMatchObject({ code: 'job_refused' })
    expect(await owners()).toEqual([])
    await app.stored(`delete from users where id = ${disabled}`)
  })

  test('cannot be made without a user, nor by the system', () => {
    expect(() => injectUser({})).toThrow(expect.objectContaining({ code: 'no_current_user' }))
    expect(() => bindUser(() => 1)).toThrow(expect.objectContaining({ code: 'no_current_user' }))
    expect(() => asSystem('test', () => injectUser({}))).toThrow('asSystem(reason, work)')
    expect(() => asUser(1, () => injectUser([]))).toThrow(TypeError)
  })
})

describe('I46 a timer', () => {
  test('without a user is refused, and with the system is not', async () => {
    const ticked = (work: () => Promise<unknown>) =>
      new Promise<unknown>((done) => {
        const timer = setInterval(() => {
          clearInterval(timer)
          ticks++
          work().then(done, done)
        }, 1)
      })
    expect(await ticked(async () => app.db('notes'))).toMatchObject({ code: 'no_current_user' })
    expect(await ticked(() => asSystem('a count', async () => app.db('notes')))).toEqual([])
    expect(ticks).toBe(2)
  })

  test('works for each user in turn: only their rows, as many at once as allowed, past one’s failure', async () => {
    await everybody((me) => app.ask(me, 'POST', '/data', { text: `of ${me.id}` }))
    await queues.work(app.db)
    let [now, most] = [0, 0]
    const seen = new Map<unknown, string[]>()
    const round = await forEachUser(
      async (id) => {
        most = Math.max(most, ++now)
        try {
          // Long enough for another to begin.
          await sleep(50)
          seen.set(id, await app.db('notes').pluck('text'))
          await app.db('notes').insert({ text: `for ${id}` })
          if (id === 3) throw new Error('the third fails')
        } finally {
          now--
        }
      },
      { atOnce: 2 },
    )
    expect(round).toEqual({ done: USERS - 1, failed: [{ id: 3, error: new Error('the third fails') }] })
    expect(most).toBe(2)
    expect([...seen.keys()].sort()).toEqual(app.people.map(({ id }) => id))
    for (const [id, texts] of seen) expect(texts).toEqual(Array(3).fill(`of ${id}`))
    const made = (await owners()).filter(({ text }) => text.startsWith('for'))
    expect(made).toHaveLength(USERS)
    expect(made.filter(({ text, user_id }) => text !== `for ${user_id}`)).toEqual([])
  })

  test('leaves out who is disabled', async () => {
    await app.stored('insert into usertwo.credentials (user_id, is_active) values (5, false)')
    const seen: unknown[] = []
    await forEachUser((id) => seen.push(id))
    await app.stored('delete from usertwo.credentials where user_id = 5')
    expect(seen).toEqual([1, 2, 3, 4, 6, 7, 8])
  })

  test.each([0, 1.5, 101, Number.NaN])('refuses %d at once', async (atOnce) => {
    await expect(forEachUser(() => 1, { atOnce })).rejects.toThrow('allowed: 1 to 100')
  })
})

describe('a job that names no user, on pg', () => {
  const here = /\([\w/]*jobs\.test\.[jt]s:\d+\)/
  let pool: pg.Pool
  let client: pg.PoolClient
  beforeAll(async () => {
    pool = new pg.Pool({ connectionString: app.urls.url, max: 2 })
    client = await pool.connect()
    await app.stored(`create view texts as select text from notes; alter view texts owner to ${new URL(app.urls.url).username};
      grant select on texts to public;
      create function all_gone() returns void language sql as 'delete from notes';
      create table labels (id serial primary key, name text); grant all on labels, labels_id_seq to public;
      create table drafts (id serial primary key, user_id int not null references users)`)
    await app.stored('alter table drafts enable row level security, force row level security')
    await app.stored(
      'create policy usertwo_select on drafts using (user_id = usertwo.uid()); grant all on drafts to public',
    )
  })
  afterAll(async () => {
    client?.release()
    await pool?.end()
  })
  beforeEach(() =>
    app.stored(`insert into notes (text, user_id) values ('kept', 1), ('kept', 2);
      delete from labels; insert into labels (name) values ('kept too')`),
  )

  const READ = 'select text from notes where length(text) > $1'
  test.each<[string, () => PromiseLike<unknown>]>([
    ['a read by a pool', () => pool.query('select text from notes')],
    [
      'a read by a pool with a callback',
      () =>
        new Promise((done, fail) =>
          pool.query(READ, [0], (error, found) => (error ? fail(error) : done(found))),
        ),
    ],
    ['a read by a client', () => client.query(READ, [0])],
    ['a count', () => pool.query('select count(*) from notes')],
    ['a read through a view', () => pool.query('select * from texts')],
    ['a read of the users', () => pool.query('select id from users')],
    ['a read of an empty table', () => pool.query('select count(*) from drafts')],
    ['an insert', () => pool.query("insert into notes (text) values ('x')")],
    ['an insert for a user', () => pool.query("insert into notes (text, user_id) values ('x', 2)")],
    ['an update', () => pool.query("update notes set text = 'x'")],
    ['a deletion', () => pool.query('delete from notes where id <> all ($1)', [[]])],
    [
      'a deletion elsewhere of all that a list lacks',
      () => pool.query('delete from labels where name not in (select text from notes)'),
    ],
    [
      'a join with a table that belongs to no user',
      () => pool.query('select * from labels left join notes on true'),
    ],
    ['several statements', () => pool.query('select 1; delete from notes')],
    [
      'a merge into a table that belongs to no user',
      () =>
        pool.query(
          'merge into labels l using notes n on l.name = n.text when matched then delete when not matched then insert (name) values (n.text)',
        ),
    ],
    ['a copy of rows', () => pool.query('insert into labels (name) select text from notes')],
    [
      'a deletion in a part of a query',
      () => pool.query('with d as (delete from notes returning 1) select 1'),
    ],
    ['rows that are locked', () => pool.query('table notes for update')],
    ['a block of code', () => pool.query('do $$ begin delete from notes; end $$')],
    ['a function', () => pool.query('select all_gone()')],
    ['a plan that is run', () => pool.query('explain analyze delete from notes')],
    ['a materialized copy', () => pool.query('create temporary table copied as select * from notes')],
    [
      'an upsert',
      () => pool.query("insert into notes (id, text) values (1, 'x') on conflict (id) do nothing"),
    ],
    ['a cursor', () => client.query(new Cursor(READ, [0])).read(1)],
    ['a stream', () => drained(client.query(new QueryStream(READ, [0])))],
    ['a COPY', () => drained(client.query(copyStreams.to('copy notes (text) to stdout')))],
    ['a prepared statement', () => pool.query({ name: 'read', text: READ, values: [0] })],
    ['a prepared statement, again', () => pool.query({ name: 'read', text: READ, values: [0] })],
    ['a stream of knex', () => drained(app.db.raw('select text from notes').stream() as Readable)],
    ['raw SQL of knex', () => app.db.raw('select text from notes').then()],
    [
      'a client that connects later',
      async () => {
        const later = new pg.Client(app.urls.url)
        const answer = later.query(READ, [0])
        answer.catch(() => {})
        await later.connect()
        return answer.finally(() => later.end())
      },
    ],
  ])('is refused: %s', async (name, work) => {
    const error = await Promise.resolve(work()).then(
      (answer) => answer,
      (failed) => failed,
    )
    expect(error).toBeInstanceOf(Error)
    expect(error).toMatchObject({ code: 'no_current_user', name: 'ScopeError' })
    expect(error.message).toContain('asSystem(reason, work)')
    expect(error.message, name).toMatch(here)
    expect((await owners()).map(({ text }) => text)).toEqual(['kept', 'kept'])
    expect(await app.stored('select name from labels')).toEqual([{ name: 'kept too' }])
    expect((await client.query('select 1 as n')).rows).toEqual([{ n: 1 }])
  })

  test('is refused in a transaction too, which ends like any other that failed', async () => {
    await client.query('begin')
    await client.query("insert into labels (name) values ('undone')")
    await expect(client.query('select text from notes')).rejects.toMatchObject({ code: 'no_current_user' })
    await expect(client.query('select 1')).rejects.toMatchObject({ code: '25P02' })
    await client.query('rollback')
    expect(await app.stored('select name from labels')).toEqual([{ name: 'kept too' }])
  })

  test('goes on with what belongs to no user, and for users that it names', async () => {
    expect((await pool.query('select 1 as n')).rows).toEqual([{ n: 1 }])
    expect((await pool.query("insert into labels (name) values ('a') returning name")).rows).toEqual([
      { name: 'a' },
    ])
    expect((await pool.query('delete from labels')).rowCount).toBe(2)
    const mine = () =>
      pool.query('select user_id from notes').then(({ rows }) => rows.map((row) => row.user_id))
    expect(await asUser(2, mine)).toEqual([2])
    expect((await asSystem('a count', mine)).sort()).toEqual([1, 2])
    expect(await forEachUser(mine)).toEqual({ done: USERS, failed: [] })
  })

  test('is refused in a listener of notifications, which may act as the system', async () => {
    const heard = new Promise<unknown[]>((done) => {
      client.once('notification', async () => {
        const bare = await pool.query('select text from notes').catch((error) => error.code)
        const { rowCount } = await asSystem('a listener', () => pool.query('select text from notes'))
        done([bare, rowCount])
      })
    })
    await client.query('listen news')
    await app.stored('notify news')
    expect(await heard).toEqual(['no_current_user', 2])
    await client.query('unlisten news')
  })

  test('is refused in a listener of its notices', async () => {
    const heard = new Promise<unknown>((done) => {
      client.once('notice', () => done(pool.query('select text from notes').catch((error) => error.code)))
    })
    await client.query("do $$ begin raise notice 'news'; end $$")
    expect(await heard).toBe('no_current_user')
  })

  test('does not include work of a request after its answer: it has its user', async () => {
    expect((await app.ask(app.people[1]!, 'GET', '/after')).status).toBe(202)
    expect(await queues.functions[0]!()).toEqual([{ user_id: 2 }])
  })
})

describe('I48 a request', () => {
  test.each(['/round', '/as-other'])('cannot work for everybody: %s', async (path) => {
    await app.stored("insert into notes (text, user_id) values ('kept', 1)")
    const answer = await app.ask(app.people[0]!, 'POST', path)
    expect(answer.status).toBe(500)
    expect(queues.errors).toEqual([expect.stringContaining('inside a request')])
    expect(await owners()).toHaveLength(1)
  })
})
