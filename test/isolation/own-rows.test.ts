import { isDeepStrictEqual } from 'node:util'
import express, { type Request, type Response } from 'express'
import type { Knex } from 'knex'
import pg from 'pg'
// @ts-expect-error it has no types
import Cursor from 'pg-cursor'
import QueryStream from 'pg-query-stream'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { asSystem, asUser, scope } from '../../src/index.js'
import { type WrappedApp, wrappedApp } from '../support/wrapped-app.js'

let app: WrappedApp
let pool: pg.Pool
/** What one request left in the process and another one answers with. */
let kept: unknown
/** What the app answers with next. */
let answer: (res: Response) => unknown
let read: () => unknown

const FOREIGN = 'foreign_row_in_answer'

/** A view without a file. */
class View {
  path = 'any'
  constructor(
    _name: string,
    private readonly how: { engines: Record<string, (...given: unknown[]) => void> },
  ) {}
  render(options: object, done: unknown) {
    this.how.engines['.own']!('', options, done)
  }
}

function makeApp(db: Knex) {
  const inner = express()
  inner.engine('own', (_file, options, done) =>
    done(null, JSON.stringify((options as { kept?: unknown }).kept ?? null)),
  )
  inner.set('view engine', 'own').set('view', View)
  const to =
    (work: (res: Response) => unknown) => (_req: Request, res: Response, next: (error: unknown) => void) =>
      void Promise.resolve(work(res)).catch(next)
  inner.get(
    '/read',
    to(async (res) => {
      kept = await read()
      res.json({ read: true })
    }),
  )
  inner.get(
    '/answer',
    to((res) => answer(res)),
  )
  inner.get(
    '/open',
    to((res) => answer(res)),
  )
  return Object.assign(inner, { db })
}

beforeAll(async () => {
  app = await wrappedApp(makeApp, {
    max: 2,
    env: { LOG_LEVEL: 'fatal' },
    config: {
      tables: {
        notes: { owner: 'user_id' },
        tags: { access: 'reference' },
        articles: { owner: 'user_id', access: 'readable' },
        drafts: { owner: 'user_id', enforcement: 'report' },
      },
      routes: { public: ['GET /open'] },
    },
    schema: `create table tags (id serial primary key, name text);
      create table articles (id serial primary key, text text, user_id int not null references users);
      create table drafts (id serial primary key, text text, user_id int not null references users);
      create view note_texts as select text from notes;
      insert into tags (name) values ('comic')`,
  })
  pool = scope(new pg.Pool({ connectionString: app.urls.url, max: 2 }))
  await app.stored(`insert into notes (text, user_id) values ('a one', 1), ('a two', 1), ('b one', 2);
    insert into articles (text, user_id) values ('a article', 1);
    insert into drafts (text, user_id) values ('a draft', 1);
    grant select on note_texts to public`)
})
afterAll(async () => {
  await pool?.end()
  await app?.dispose()
})
beforeEach(() => {
  answer = (res) => res.json(kept)
})

const people = { first: 0, second: 1 }
type Who = keyof typeof people | 'anonymous'

/** What `who` is answered after the first user's request has read and kept. */
async function answered(who: Who, path = '/answer') {
  const first = await app.ask(app.people[0]!, 'GET', '/read')
  expect(await first.text()).toBe('{"read":true}')
  const person = who === 'anonymous' ? null : app.people[people[who]]!
  const res = await app.ask(person, 'GET', path)
  const text = await res.text()
  return { status: res.status, type: res.headers.get('content-type'), text }
}

async function refused(who: Who, path?: string): Promise<boolean> {
  const { status, type, text } = await answered(who, path)
  if (status === 200) return false
  expect({ status, type }).toEqual({ status: 500, type: 'application/problem+json; charset=utf-8' })
  expect(JSON.parse(text)).toMatchObject({ type: 'about:blank', status: 500, code: FOREIGN })
  expect(text).not.toContain('a one')
  return true
}

const NOTES = 'select * from notes order by id'
const rowsOf = async (sql: string, values: unknown[] = []) => (await pool.query(sql, values)).rows

const READS: [string, () => unknown][] = [
  ['a promise of a pool', () => rowsOf(NOTES)],
  ['a statement with values', () => rowsOf('select * from notes where id > $1', [0])],
  [
    'a callback',
    () => new Promise((done) => pool.query(NOTES, (_error: unknown, { rows }: pg.QueryResult) => done(rows))),
  ],
  ['rows as arrays', async () => (await pool.query({ text: NOTES, rowMode: 'array' })).rows],
  ['the result itself', () => pool.query(NOTES)],
  [
    'events of a row',
    async () => {
      const client = await pool.connect()
      const rows: unknown[] = []
      const query = client.query(new pg.Query(NOTES)) as unknown as NodeJS.EventEmitter
      await new Promise((done) => query.on('row', (row) => rows.push(row)).on('end', done))
      client.release()
      return rows
    },
  ],
  [
    'a cursor',
    async () => {
      const client = await pool.connect()
      const cursor = client.query(new Cursor(NOTES))
      const rows = [...(await cursor.read(1)), ...(await cursor.read(1))]
      await cursor.close()
      client.release()
      return rows
    },
  ],
  [
    'a cursor with rows as arrays',
    async () => {
      const client = await pool.connect()
      const cursor = client.query(new Cursor(NOTES, [], { rowMode: 'array' }))
      const rows = await cursor.read(1)
      await cursor.close()
      client.release()
      return rows
    },
  ],
  [
    'a stream',
    async () => {
      const client = await pool.connect()
      const rows: unknown[] = []
      for await (const row of client.query(new QueryStream(NOTES))) rows.push(row)
      client.release()
      return rows
    },
  ],
  ['knex', () => app.db('notes')],
  ['the first row of knex', () => app.db('notes').first()],
  [
    'a stream of knex',
    async () => {
      const rows: unknown[] = []
      for await (const row of app.db('notes').stream()) rows.push(row)
      return rows
    },
  ],
  ['a returning clause', () => rowsOf("insert into notes (text) values ('new') returning *")],
  ['a view', () => rowsOf('select * from note_texts')],
  ['a computed field', () => rowsOf('select count(*) from notes')],
  ['a join with a reference table', () => rowsOf('select tags.name, notes.text from tags, notes')],
]

test.each(READS)(
  'a row that was read by %s does not leave in the answer to another user',
  async (_name, how) => {
    read = how
    expect(await refused('first')).toBe(false)
    expect(await refused('second')).toBe(true)
  },
)

test.each<[string, (res: Response) => unknown]>([
  ['json', (res) => res.json(kept)],
  ['jsonp', (res) => res.jsonp(kept)],
  ['send', (res) => res.send(kept)],
  ['json with a status', (res) => res.status(201).set('ETag', '"x"').json(kept)],
  ['render with a local', (res) => res.render('any', { kept })],
  [
    'render with a local of the answer',
    (res) => {
      res.locals.kept = kept
      res.render('any')
    },
  ],
  [
    'render with a local of the app',
    (res) => {
      res.app.locals.kept = kept
      res.render('any', () => res.end('rendered'))
    },
  ],
])('%s refuses a foreign row', async (_name, how) => {
  read = () => rowsOf(NOTES)
  answer = how
  expect(await refused('second')).toBe(true)
})

test.each<[string, (rows: object[]) => unknown]>([
  ['in a list in an object', (items) => ({ items })],
  ['in a page of a list', (items) => ({ data: { page: { items } } })],
  ['in a property of an own row', (items) => Object.assign({}, { notes: items })],
  ['in a map', (items) => ({ items: new Map([['items', items]]) })],
  ['as the last one of many', (items) => [...Array(1_000).fill({ of: 'no row' }), items[0]]],
])('a foreign row is found %s', async (_name, put) => {
  read = async () => put(await rowsOf(NOTES))
  answer = (res) => res.json(kept instanceof Map ? [...kept] : kept)
  expect(await refused('second')).toBe(true)
})

test.each<[string, () => unknown]>([
  ['a reference table', () => rowsOf('select * from tags')],
  ['a readable table', () => rowsOf('select * from articles')],
  ['a table that is not kept apart yet', () => rowsOf('select * from drafts')],
])('rows of %s are everyone’s', async (_name, how) => {
  read = how
  expect(await refused('second')).toBe(false)
})

test('rows that a request reads by asUser are its own, and another’s may not have them', async () => {
  read = () => asUser(2, () => rowsOf(NOTES))
  expect(await refused('first')).toBe(false)
  expect(await refused('second')).toBe(true)
})

test('rows that a job reads are its user’s, and what the system reads is everyone’s', async () => {
  read = () => null
  answer = (res) => res.json(job)
  let job = await asUser(2, () => rowsOf(NOTES))
  expect(await refused('first')).toBe(true)
  expect(await refused('second')).toBe(false)
  job = await asSystem('for all', () => rowsOf(NOTES))
  expect(await refused('first')).toBe(false)
  expect(await refused('second')).toBe(false)
})

test('an anonymous answer holds no row of a user', async () => {
  read = () => rowsOf(NOTES)
  expect(await refused('anonymous', '/open')).toBe(true)
  read = () => rowsOf('select * from tags')
  expect(await refused('anonymous', '/open')).toBe(false)
})

test('what holds the queries of everyone is not looked into', async () => {
  read = () => rowsOf(NOTES)
  answer = async (res) => {
    const client = await pool.connect()
    const under = asUser(1, () => client.query(NOTES))
    delete res.app.locals.kept
    res.locals.pool = pool
    res.locals.client = client
    await under
    res.render('any', { kept: 'nothing', req: res.req })
    client.release()
  }
  expect(await refused('second')).toBe(false)
})

test('nothing is seen on a row', async () => {
  const plain = { id: 1, text: 'a one', user_id: 1 }
  let row: object = {}
  read = async () => {
    ;[row] = (await app.db('notes').where({ id: 1 })) as [object]
  }
  await answered('first')
  expect(Reflect.ownKeys(row)).toEqual(Object.keys(plain))
  expect(isDeepStrictEqual(row, plain)).toBe(true)
  expect(Reflect.ownKeys({ ...row })).toEqual(Object.keys(plain))
})
