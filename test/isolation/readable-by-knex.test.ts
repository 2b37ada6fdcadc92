// By knex, with both layers and with the query layer alone: readable rows are the same for every user in
// lists, searches and figures, and are written by their owner, who also owns the rows that refer to them.
import express from 'express'
import type { Knex } from 'knex'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type WrappedApp, wrappedApp } from '../support/wrapped-app.js'

const SCHEMA = `create table comments (id serial primary key, note_id int not null references notes on delete cascade,
    text text not null);
  create table drafts (id serial primary key, text text not null, user_id int not null references users)`

/** What an app of one person asks: nothing says whose a row is. */
function app(db: Knex) {
  const notes = express()
  notes.use(express.json())
  const found = (res: express.Response, done: unknown) =>
    done ? void res.json({ done }) : void res.status(404).json({ error: 'no such row' })
  notes.get('/notes', async (_req, res) => void res.json(await db('notes').orderBy('id')))
  notes.get('/notes/search', async ({ query }, res) => {
    const rows = db('notes').where('text', 'like', `%${query.q}%`).orWhere('text', String(query.q))
    res.json(await rows.orderBy('id').limit(10))
  })
  notes.get('/figures', async (_req, res) => {
    const [counted] = await db('notes').count({ n: '*' }).max({ last: 'id' })
    const below = await db('notes as n')
      .leftJoin('comments as c', 'c.note_id', 'n.id')
      .groupBy('n.id')
      .orderBy('n.id')
      .select('n.id')
      .count({ comments: 'c.id' })
    const busy = await db('notes')
      .whereExists(db('comments').whereRaw('comments.note_id = notes.id'))
      .orderBy('id')
      .pluck('id')
    res.json({ counted, below, busy })
  })
  notes.get('/notes/:id', async ({ params }, res) => found(res, await db('notes').where(params).first()))
  notes.get(
    '/notes/:id/comments',
    async ({ params: { id } }, res) =>
      void res.json(await db('comments').where({ note_id: id }).orderBy('id')),
  )
  notes.put('/notes/:id', async ({ params, body }, res) =>
    found(res, await db('notes').where(params).update(body)),
  )
  notes.delete('/notes/:id', async ({ params }, res) => found(res, await db('notes').where(params).delete()))
  notes.delete('/comments/:id', async ({ params }, res) =>
    found(res, await db('comments').where(params).delete()),
  )
  notes.post('/notes/:id/comments', async ({ params: { id }, body }, res) => {
    if (!(await db('notes').where({ id }).first())) return found(res, null)
    res.status(201).json((await db('comments').insert({ note_id: id, text: body.text }, ['id']))[0])
  })
  notes.put('/comments/:id', async ({ params, body }, res) =>
    found(res, await db('comments').where(params).update(body)),
  )
  notes.get('/drafts', async (_req, res) => void res.json(await db('drafts').orderBy('id')))
  notes.put('/drafts/:id', async ({ params, body }, res) =>
    found(res, await db('drafts').where(params).update(body)),
  )
  return notes
}

let one: WrappedApp
beforeAll(async () => {
  const open = { owner: 'user_id', access: 'readable' } as const
  one = await wrappedApp(app, {
    users: 3,
    schema: SCHEMA,
    config: {
      tables: { notes: open, comments: { ...open, via: 'note_id' }, drafts: { owner: 'user_id' } },
    },
  })
})
afterAll(() => one?.dispose())

const TABLES = ['notes', 'comments', 'drafts']
const ask = (at: number, method: string, path: string, body?: unknown) =>
  one.ask(one.people[at - 1]!, method, path, body)
const got = async (at: number, path: string) => {
  const answer = await ask(at, 'GET', path)
  return { status: answer.status, body: await answer.text() }
}
const stored = async () => {
  const all = TABLES.map((table) => `select '${table}' as at, t::text as row from ${table} t`)
  return one.stored(`${all.join(' union all ')} order by 1, 2`)
}

describe.each(['both layers', 'the query layer alone'])('%s', (layers) => {
  beforeAll(async () => {
    const switched = layers === 'both layers' ? 'enable' : 'disable'
    await one.stored(TABLES.map((table) => `alter table ${table} ${switched} row level security`).join(';'))
  })
  beforeEach(() =>
    one.stored(`delete from notes; delete from drafts;
      insert into notes (id, text, user_id) values (1001, 'tea of one', 1), (1002, 'tea of two', 2), (1003, 'coffee', 2);
      insert into comments (id, note_id, text, user_id) values (2001, 1001, 'hot', 1), (2002, 1002, 'cold', 2);
      insert into drafts (id, text, user_id) values (3001, 'of one', 1), (3002, 'of two', 2)`),
  )

  test.each([
    '/notes',
    '/notes/search?q=tea',
    '/notes/search?q=coffee',
    '/figures',
    '/notes/1001',
    '/notes/1002/comments',
  ])('%s is the same for everybody', async (path) => {
    const [first, second, third] = [await got(1, path), await got(2, path), await got(3, path)]
    expect(first.status).toBe(200)
    expect([second, third]).toEqual([first, first])
  })

  test('holds every row for each user, and only the user’s own drafts', async () => {
    expect(JSON.parse((await got(3, '/notes')).body)).toHaveLength(3)
    expect(JSON.parse((await got(3, '/notes/search?q=tea')).body)).toHaveLength(2)
    expect(JSON.parse((await got(3, '/figures')).body)).toMatchObject({
      counted: { n: '3', last: 1003 },
      busy: [1001, 1002],
    })
    expect((await got(2, '/drafts')).body).not.toContain('of one')
    expect((await ask(2, 'PUT', '/drafts/3001', { text: 'x' })).status).toBe(404)
  })

  test.each([
    ['PUT', '/notes/:id', 1001, { text: 'x' }],
    ['DELETE', '/notes/:id', 1001, undefined],
    ['POST', '/notes/:id/comments', 1001, { text: 'x' }],
    ['PUT', '/comments/:id', 2001, { text: 'x' }],
    ['DELETE', '/comments/:id', 2001, undefined],
  ])(
    '%s %s of another user’s row is 403, of a missing one 404, and nothing is changed',
    async (method, path, id, body) => {
      const before = await stored()
      for (const person of [2, 3]) {
        expect((await ask(person, method, path.replace(':id', String(id)), body)).status).toBe(403)
        expect((await ask(person, method, path.replace(':id', '9999'), body)).status).toBe(404)
      }
      expect(await stored()).toEqual(before)
    },
  )

  test('an own comment cannot be moved below another user’s draft', async () => {
    expect((await ask(2, 'PUT', '/comments/2002', { note_id: 1001 })).status).toBe(403)
    expect((await ask(2, 'PUT', '/comments/2002', { note_id: 1003 })).status).toBe(200)
  })

  test('the owner writes, and a deletion takes the child rows along', async () => {
    expect((await ask(2, 'PUT', '/notes/1002', { text: 'more tea' })).status).toBe(200)
    expect((await ask(2, 'POST', '/notes/1002/comments', { text: 'hot now' })).status).toBe(201)
    expect((await ask(2, 'DELETE', '/notes/1002')).status).toBe(200)
    expect(await one.stored('select id from comments')).toEqual([{ id: 2001 }])
  })
})
