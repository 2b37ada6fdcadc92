// Keys that users choose and that foreign keys point to: a tag by its name, an invoice by its number, a folder by its path.
import express, { type RequestHandler } from 'express'
import type { Knex } from 'knex'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parseConfig } from '../../src/config/config.js'
import { actAs } from '../../src/core/context.js'
import { scope } from '../../src/index.js'
import { migrateTo } from '../../src/migrate.js'
import { type WrappedApp, wrappedApp } from '../support/wrapped-app.js'

const SCHEMA = `
  create table tags (name text primary key, colour text);
  create table note_tags (note_id int references notes on delete cascade,
    tag text references tags (name) on delete cascade on update cascade, primary key (note_id, tag));
  create table invoices (year int, number int, title text, primary key (year, number));
  create table invoice_lines (year int, number int, line int, text text, primary key (year, number, line),
    constraint of_invoice foreign key (year, number) references invoices (year, number));
  create table folders (path text primary key, parent text references folders)`
const tables = {
  notes: { owner: 'user_id' },
  tags: { owner: 'user_id', unique: ['tags_pkey'] },
  note_tags: { owner: 'user_id' },
  invoices: { owner: 'user_id', unique: ['invoices_pkey'] },
  invoice_lines: { owner: 'user_id', unique: ['invoice_lines_pkey'] },
  folders: { owner: 'user_id', unique: ['folders_pkey'] },
}

let app: WrappedApp
let pool: pg.Pool

/** The app, by pg; tags by knex too, under /knex. */
function notebook(db: Knex): express.Express {
  const served = express()
  served.use(express.json())
  const handle =
    (
      work: (params: Record<string, string>, body: Record<string, unknown>) => Promise<unknown>,
    ): RequestHandler =>
    async (req, res) => {
      try {
        res.status(200).json(await work(req.params as Record<string, string>, req.body ?? {}))
      } catch (error) {
        const { code, constraint, message, detail } = error as pg.DatabaseError
        // An answer with status 500 loses what a driver said.
        res.status(200).json({ failed: { code, constraint, message, detail } })
      }
    }
  const rows = async (sql: string, values: unknown[]) => (await pool.query(sql, values)).rows
  served.post(
    '/notes',
    handle((_, { text }) => rows('insert into notes (text) values ($1) returning id', [text])),
  )
  served.get(
    '/tags',
    handle(() =>
      rows('select name, colour, note_id from tags left join note_tags on tag = name order by 1, 3', []),
    ),
  )
  served.post(
    '/tags',
    handle((_, { name }) => rows('insert into tags (name) values ($1) returning name', [name])),
  )
  served.put(
    '/tags/:name',
    handle(({ name }, { colour }) =>
      rows(
        `insert into tags (name, colour) values ($1, $2)
         on conflict (name) do update set colour = excluded.colour returning name, colour`,
        [name, colour],
      ),
    ),
  )
  served.patch(
    '/tags/:name',
    handle(({ name }, { to }) =>
      rows('update tags set name = $2 where name = $1 returning name', [name, to]),
    ),
  )
  served.delete(
    '/tags/:name',
    handle(({ name }) => rows('delete from tags where name = $1 returning name', [name])),
  )
  served.post(
    '/notes/:id/tags',
    handle(({ id }, { tag }) =>
      rows('insert into note_tags (note_id, tag) values ($1, $2) returning tag', [id, tag]),
    ),
  )
  served.post(
    '/knex/tags',
    handle((_, { name }) => db('tags').insert({ name }).returning('name')),
  )
  served.put(
    '/knex/tags/:name',
    handle(({ name }, { colour }) =>
      db('tags').insert({ name, colour }).onConflict('name').merge().returning(['name', 'colour']),
    ),
  )
  served.post(
    '/knex/notes/:id/tags',
    handle(({ id }, { tag }) => db('note_tags').insert({ note_id: id, tag }).returning('tag')),
  )
  served.post(
    '/invoices',
    handle((_, { year, title }) =>
      rows(
        `insert into invoices (year, number, title)
         select $1, coalesce(max(number), 0) + 1, $2 from invoices where year = $1 returning year, number, title`,
        [year, title],
      ),
    ),
  )
  served.post(
    '/invoices/:year/:number/lines',
    handle(({ year, number }, { line, text }) =>
      rows('insert into invoice_lines values ($1, $2, $3, $4) returning year, number, line, text', [
        ...[year, number, line, text],
      ]),
    ),
  )
  served.get(
    '/invoices',
    handle(() => rows('select * from invoices join invoice_lines using (year, number) order by 1, 2', [])),
  )
  served.post(
    '/folders',
    handle((_, { path, parent }) =>
      rows('insert into folders (path, parent) values ($1, $2) returning path, parent', [
        path,
        parent ?? null,
      ]),
    ),
  )
  served.get(
    '/folders',
    handle(() => rows('select path, parent from folders order by 1', [])),
  )
  return served
}

beforeAll(async () => {
  app = await wrappedApp((db) => notebook(db), { config: { tables }, schema: SCHEMA })
  pool = scope(new pg.Pool({ connectionString: app.urls.url, max: 2 }))
})
afterAll(async () => {
  await pool?.end()
  await app?.dispose()
})

const ask = async (who: number, method: string, path: string, body?: unknown) => {
  const answer = await app.ask(app.people[who - 1]!, method, path, body)
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown>[] }
}
const failed = ({ body }: { body: object }) => 'failed' in body
const DONE = { status: 200, body: expect.any(Array) }
const ok = (body: unknown) => ({ status: 200, body })
const ASKED: [string, string, unknown?][] = [
  ['POST', '/notes', { text: 'one' }],
  ['POST', '/tags', { name: 'work' }],
  ['PUT', '/tags/work', { colour: 'red' }],
  ['PUT', '/knex/tags/home', { colour: 'blue' }],
  ['POST', '/notes/1/tags', { tag: 'work' }],
  ['POST', '/invoices', { year: 2026, title: 'first' }],
  ['POST', '/invoices/2026/1/lines', { line: 1, text: 'a chair' }],
  ['POST', '/folders', { path: '/' }],
  ['POST', '/folders', { path: '/a', parent: '/' }],
]
const READ = ['/tags', '/invoices', '/folders']
const read = async (who: number) => Promise.all(READ.map((path) => ask(who, 'GET', path)))
/** An answer, with the ids that the database counts left out. */
const withoutIds = (answers: unknown) =>
  JSON.parse(JSON.stringify(answers, (key, value) => (/id$/.test(key) ? null : value)))

describe('keys that foreign keys point to', () => {
  let owners: unknown[]

  test('hold for all users until the contract: the app’s own error, and no row is changed', async () => {
    for (const [method, path, body] of ASKED)
      expect(await ask(1, method, path, body), path).toMatchObject(DONE)
    owners = await read(1)
    for (const by of ['', '/knex'])
      expect(await ask(2, 'POST', `${by}/tags`, { name: 'work' })).toMatchObject({
        body: { failed: { code: '23505', constraint: 'tags_pkey' } },
      })
    expect(await read(1)).toEqual(owners)
    expect(await ask(2, 'GET', '/tags')).toEqual(ok([]))
  })

  test('and an upsert of what another user has is answered 409, whatever the handler does with the error', async () => {
    for (const by of ['', '/knex']) {
      expect(await ask(2, 'PUT', `${by}/tags/work`, { colour: 'grey' }), by).toEqual({
        status: 409,
        body: expect.objectContaining({ code: 'taken', status: 409 }),
      })
      const own = [{ name: 'mine', colour: 'grey' }]
      for (const _ of ['first', 'again'])
        expect(await ask(2, 'PUT', `${by}/tags/mine`, { colour: 'grey' }), by).toEqual(ok(own))
    }
    expect(await ask(2, 'DELETE', '/tags/mine')).toEqual(ok([{ name: 'mine' }]))
    expect(await read(1)).toEqual(owners)
  })

  test('and a missing one is missing, also for who has an empty one', async () => {
    expect(await ask(1, 'POST', '/tags', { name: '' })).toEqual(ok([{ name: '' }]))
    for (const by of ['', '/knex'])
      expect(await ask(1, 'POST', `${by}/notes/1/tags`, { tag: 'nowhere' }), by).toMatchObject({
        body: { failed: { code: '23503', constraint: 'note_tags_tag_fkey' } },
      })
    await app.stored(`delete from tags where name = ''`)
  })

  test('are one for each user from the contract on, and the owner is answered as before', async () => {
    await actAs({ kind: 'system', reason: 'the contract', login: true }, () =>
      migrateTo(app.urls, parseConfig(app.config), 6, { contract: true }),
    )
    expect(await read(1)).toEqual(owners)
    const [note] = (await ask(2, 'POST', '/notes', { text: 'two' })).body
    for (const [method, path, body] of ASKED.slice(1))
      expect(
        await ask(2, method, path.replace('/notes/1/', `/notes/${note!.id}/`), body),
        path,
      ).toMatchObject(DONE)
    expect(withoutIds(await read(2))).toEqual(withoutIds(owners))
    expect(await read(1)).toEqual(owners)
  })

  test('answer what only another user has like what is nowhere', async () => {
    expect(await ask(1, 'POST', '/tags', { name: 'secret' })).toEqual(ok([{ name: 'secret' }]))
    const [note] = (await ask(2, 'POST', '/notes', { text: 'three' })).body
    for (const by of ['', '/knex']) {
      const [foreign, missing] = await Promise.all(
        ['secret', 'nowhere'].map((tag) => ask(2, 'POST', `${by}/notes/${note!.id}/tags`, { tag })),
      )
      expect(foreign, by).toEqual(missing)
      expect(foreign, by).toMatchObject({
        body: { failed: { code: '23503', constraint: 'note_tags_tag_fkey' } },
      })
    }
    expect(await ask(1, 'POST', '/invoices', { year: 2026, title: 'second' })).toMatchObject(DONE)
    const line = { line: 9, text: 'theirs' }
    const [foreign, missing] = await Promise.all(
      [2, 3].map((number) => ask(2, 'POST', `/invoices/2026/${number}/lines`, line)),
    )
    expect(foreign).toEqual(missing)
    expect(foreign).toMatchObject({ body: { failed: { code: '23503', constraint: 'of_invoice' } } })
    expect(await ask(1, 'POST', '/folders', { path: '/mine', parent: '/' })).toMatchObject(DONE)
    expect(await ask(2, 'POST', '/folders', { path: '/x', parent: '/mine' })).toEqual(
      await ask(2, 'POST', '/folders', { path: '/x', parent: '/none' }),
    )
    // What another user has is free, as what is nowhere is.
    for (const by of ['', '/knex'])
      expect(await ask(2, 'PUT', `${by}/tags/secret`, { colour: 'grey' })).toMatchObject(DONE)
    expect((await ask(1, 'GET', '/tags')).body).toContainEqual({
      name: 'secret',
      colour: null,
      note_id: null,
    })
  })

  test('carry the app’s own actions to rows of the same user alone', async () => {
    const before = await ask(1, 'GET', '/tags')
    expect(await ask(2, 'PATCH', '/tags/work', { to: 'job' })).toEqual(ok([{ name: 'job' }]))
    expect(await app.stored('select user_id, tag from note_tags order by 1')).toEqual([
      { user_id: 1, tag: 'work' },
      { user_id: 2, tag: 'job' },
    ])
    expect(await ask(2, 'DELETE', '/tags/job')).toEqual(ok([{ name: 'job' }]))
    expect(await app.stored('select user_id, tag from note_tags')).toEqual([{ user_id: 1, tag: 'work' }])
    expect(await ask(1, 'GET', '/tags')).toEqual(before)
  })

  test('chosen by two users at the same time, with retries, are rows of each', async () => {
    const answers = await Promise.all(
      Array.from({ length: 120 }, (_, n) => {
        const name = `at once ${Math.floor(n / 2) % 10}`
        return ask((n % 2) + 1, 'PUT', `${n % 3 ? '' : '/knex'}/tags/${name}`, {
          colour: `of ${(n % 2) + 1}`,
        })
      }),
    )
    expect(answers.filter(failed)).toEqual([])
    expect(
      await app.stored(
        `select user_id, count(*)::int as n, min(colour) as colour, max(colour) as same from tags where name like 'at once%' group by 1 order by 1`,
      ),
    ).toEqual([1, 2].map((who) => ({ user_id: who, n: 10, colour: `of ${who}`, same: `of ${who}` })))
    expect(
      await app.stored(
        `select c.tag from note_tags c join tags p on p.name = c.tag where not exists
           (select from tags o where o.name = c.tag and o.user_id = c.user_id)`,
      ),
    ).toEqual([])
  })
})
