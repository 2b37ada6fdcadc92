// Apps with a readable table: what happens to a write of another user's row, whatever the handler does.
import express from 'express'
import type { Knex } from 'knex'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { scope } from '../../src/index.js'
import { express4 } from '../support/express4.js'
import { type WrappedApp, wrappedApp } from '../support/wrapped-app.js'

type Ask = (sql: string, ...values: unknown[]) => Promise<{ rows: { id: number }[] }>

/** Notes by raw SQL or knex; no handler catches anything. */
function notes(make: typeof express, db: Knex, pool: pg.Pool | null) {
  const ask: Ask = (sql, ...values) => pool!.query(sql, values)
  const byId = (id: number) => db('notes').where({ id })
  const change = async (id: number, text: string): Promise<{ id: number }[]> =>
    pool
      ? (await ask('update notes set text = $2 where id = $1 returning id', id, text)).rows
      : byId(id).update({ text }, ['id'])
  const remove = async (id: number): Promise<{ id: number }[]> =>
    pool ? (await ask('delete from notes where id = $1 returning id', id)).rows : byId(id).delete(['id'])
  const app = make()
  app.use(make.json())
  app.get('/notes', async (_req, res) => void res.json(await db('notes').select('id', 'text').orderBy('id')))
  app.put('/notes/:id', async (req, res) => {
    const [row] = await change(Number(req.params.id), req.body.text)
    if (!row) return void res.status(404).json({ error: 'no such note' })
    res.json(row)
  })
  app.delete('/notes/:id', async (req, res) => {
    res.type('html').set('etag', '"1"')
    const [row] = await remove(Number(req.params.id))
    res.status(row ? 200 : 404).send(row ? 'gone' : 'no such note')
  })
  // A chain that is not awaited.
  app.put('/chained/:id', (req, res) => {
    void change(Number(req.params.id), 'chained').then((rows) => res.json(rows))
  })
  app.put('/caught/:id', async (req, res) => {
    const rows = await change(Number(req.params.id), 'caught').catch(() => [])
    res.cookie('a', 'b').status(200).json({ rows })
  })
  app.put('/ends/:id', async (req, res) => {
    await change(Number(req.params.id), 'caught').catch(() => {})
    res.writeHead(200, { 'content-type': 'text/plain' })
    res.write('a part')
    res.end('the rest')
  })
  // As a session that is saved before its answer ends, and says its cookie when the head is written.
  app.use('/saved', (_req, res, next) => {
    const { end, writeHead } = res
    Object.assign(res, {
      end: (...given: Parameters<typeof end>) => {
        setTimeout(() => end.apply(res, given), 20)
        return res
      },
      writeHead: (...given: [number]) => {
        res.setHeader('x-session', 'kept')
        return writeHead.apply(res, given)
      },
    })
    next()
  })
  app.put('/saved/:id', async (req, res) => {
    const rows = await change(Number(req.params.id), 'saved').catch(() => [])
    res.set('x-session', 'lost').status(500).json({ rows })
  })
  app.put('/all/of/them', async (_req, res) => {
    const done = pool
      ? (await pool.query(`update notes set text = 'all'`)).rowCount
      : await db('notes').update({ text: 'all' })
    res.json({ done })
  })
  app.put('/in-transaction/:id', async (req, res) => {
    const id = Number(req.params.id)
    if (!pool) {
      await db.transaction(async (trx) => {
        await trx('notes').insert({ text: 'before it' })
        await trx('notes').where('id', id).update({ text: 'in a transaction' })
      })
      return void res.json({ done: true })
    }
    const client = await pool.connect()
    try {
      await client.query('begin')
      await client.query(`insert into notes (text) values ('before it')`)
      await client.query(`update notes set text = 'in a transaction' where id = ${id}`)
      await client.query('commit')
    } catch (error) {
      await client.query('rollback')
      throw error
    } finally {
      client.release()
    }
    res.json({ done: true })
  })
  return app
}

const FORBIDDEN = {
  type: 'about:blank',
  status: 403,
  title: 'You may not do this.',
  code: 'forbidden',
  detail: 'This belongs to another user: it can be read, and changed by its owner only.',
}

describe.each([
  ['Express 4 by pg', express4, true],
  ['Express 4 by knex', express4, false],
  ['Express 5 by pg', express, true],
  ['Express 5 by knex', express, false],
] as const)('%s', (_name, make, byPg) => {
  let app: WrappedApp
  let pool: pg.Pool | null = null
  beforeAll(async () => {
    app = await wrappedApp(
      (db) => {
        if (byPg) {
          // knex hides the password from code that copies its settings.
          const { connectionSettings: settings } = db.client
          pool = scope(new pg.Pool({ ...settings, password: settings.password, max: 2 }))
        }
        return notes(make, db, pool)
      },
      { users: 3, config: { tables: { notes: { owner: 'user_id', access: 'readable' } } } },
    )
    await app.stored(`insert into notes (id, text, user_id) values (1001, 'of 1', 1), (1002, 'of 2', 2)`)
  })
  afterAll(async () => {
    await pool?.end()
    await app?.dispose()
  })
  const [, second, third] = [0, 1, 2].map((at) => () => app.people[at]!) as [
    unknown,
    () => WrappedApp['people'][0],
    () => WrappedApp['people'][0],
  ]
  const stored = () => app.stored('select id, text, user_id from notes order by id')
  const told = async (answer: Response) => ({
    status: answer.status,
    type: answer.headers.get('content-type'),
    body: await answer.json(),
  })
  const refused = { status: 403, type: 'application/problem+json; charset=utf-8', body: FORBIDDEN }

  test.each([
    ['PUT', '/notes/1001'],
    ['DELETE', '/notes/1001'],
    ['PUT', '/chained/1001'],
    ['PUT', '/caught/1001'],
    ['PUT', '/ends/1001'],
    ['PUT', '/in-transaction/1001'],
  ])('%s %s of another user’s row is 403, whatever the handler does', async (method, path) => {
    const before = await stored()
    const answer = await app.ask(second(), method, path, { text: 'not mine' })
    expect(answer.headers.get('etag')).toBeNull()
    expect(answer.headers.get('set-cookie')).toBeNull()
    expect(await told(answer)).toEqual(refused)
    expect(await stored()).toEqual(before)
    expect((await app.ask(second(), 'GET', '/notes')).status).toBe(200)
  })

  test('an answer that is written later is the same one, with what others say at its head', async () => {
    const answer = await app.ask(second(), 'PUT', '/saved/1001')
    expect(answer.headers.get('x-session')).toBe('kept')
    expect(await told(answer)).toEqual(refused)
  })

  test('a missing row is the app’s own 404, and one’s own is changed', async () => {
    const missing = await app.ask(second(), 'PUT', '/notes/9999', { text: 'x' })
    expect([missing.status, await missing.json()]).toEqual([404, { error: 'no such note' }])
    expect((await app.ask(second(), 'DELETE', '/notes/9999')).status).toBe(404)
    expect(await (await app.ask(second(), 'PUT', '/notes/1002', { text: 'mine' })).json()).toEqual({
      id: 1002,
    })
    expect(await (await app.ask(second(), 'PUT', '/in-transaction/1002')).json()).toEqual({ done: true })
  })

  test('a write of all rows changes only the user’s own, and succeeds without any', async () => {
    expect(await (await app.ask(third(), 'PUT', '/all/of/them')).json()).toEqual({ done: 0 })
    await app.ask(second(), 'PUT', '/all/of/them')
    expect(await app.stored(`select text from notes where user_id = 1`)).toEqual([{ text: 'of 1' }])
  })

  test('many at once are each answered, and the pool is left whole', async () => {
    const asked = Array.from({ length: 40 }, (_, n) =>
      app.ask(n % 2 ? second() : third(), 'PUT', '/in-transaction/1001'),
    )
    expect((await Promise.all(asked)).map(({ status }) => status)).toEqual(Array(40).fill(403))
    expect((await app.ask(second(), 'PUT', '/notes/1002', { text: 'after' })).status).toBe(200)
  })
})
