import type { Readable } from 'node:stream'
import type pg from 'pg'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type Counted, type Counters, openCounters } from '../../src/phases/6-isolation/usage/counters.js'
import { require } from '../support/shared-tables.js'
import { A, B, type TwoLayers, twoLayers } from '../support/two-layers.js'

const { to: copyTo }: { to(text: string): pg.Submittable & Readable } = require('pg-copy-streams')

describe('three tables at report', () => {
  let two: TwoLayers
  let seen = 0
  let counters: Counters
  beforeAll(async () => {
    counters = openCounters()
    two = await twoLayers(2, { enforcement: 'report', counters })
  })
  afterAll(() => two?.close())
  beforeEach(() => {
    seen = counters.all().length
  })

  const asA = <T>(work: (db: TwoLayers['db']) => PromiseLike<T>) => two.as(A, () => work(two.db))
  const ids = (rows: { id: number }[]) => rows.map(({ id }) => id).sort((a, b) => a - b)
  const told = () =>
    counters
      .all()
      .slice(seen)
      .filter((one): one is Counted & { what: 'let pass' } => one.what === 'let pass')
      .map(({ table, verb, rows, sql, person }) => `${person} ${verb} ${table} ${rows}: ${sql}`)

  test('a list holds everybody’s rows, and the record names table, verb, number, SQL and person', async () => {
    expect(ids(await asA((db) => db('books').where('n', '<', 9)))).toEqual([11, 12, 21, 22])
    expect(told()).toEqual(['1 select books 2: select * from "books" where "n" < $1'])
  })

  test('own rows are not reported', async () => {
    expect(ids(await asA((db) => db('books').where({ user_id: A })))).toEqual([11, 12])
    await asA((db) => db('books').insert({ title: 'mine', n: 5 }))
    await asA((db) => db('books').where({ user_id: A, n: 5 }).delete())
    expect(told()).toEqual([])
  })

  test('raw SQL is seen as well, without its values', async () => {
    const { rows } = await asA((db) => db.raw(`select count(*)::int as n from books where title like 'b %'`))
    expect(rows).toEqual([{ n: 2 }])
    expect(told()).toEqual([`1 select books 2: select count(*)::int as n from books where title like '…'`])
  })

  test('a change is one by its verb, and the answer is as it would be', async () => {
    const changed = asA((db) => db('books').where({ id: 21 }).update({ n: 9 }).returning(['id', 'user_id']))
    expect(await changed).toEqual([{ id: 21, user_id: B }])
    expect(await asA((db) => db('piles').where({ id: 999 }).delete())).toBe(0)
    expect(told().map((line) => line.split(':')[0])).toEqual(['1 update books 1'])
  })

  test('a transaction, its savepoints and its errors go on as they were', async () => {
    await asA((db) =>
      db.transaction(async (trx) => {
        expect(await trx('books').where({ id: 22 })).toHaveLength(1)
        await trx.transaction((inner) => inner.raw('select 1/0 from books')).catch(() => {})
        expect(await trx('piles').where({ id: 20 }).update({ name: 'b pile' })).toBe(1)
      }),
    )
    expect(told().map((line) => line.split(':')[0])).toEqual(['1 select books 1', '1 update piles 1'])
  })

  test('a stream gives every row, and all of them are counted', async () => {
    await two.stored(`insert into books (title, user_id) select 'many', 2 from generate_series(1, 500)`)
    let rows = 0
    await asA(async (db) => {
      for await (const _ of db('books').where({ title: 'many' }).stream({ batchSize: 50, highWaterMark: 50 }))
        rows++
    })
    expect(rows).toBe(500)
    const [line = ''] = told()
    // Above 64 a line is logged each time the number has doubled.
    expect(Number(/books (\d+):/.exec(line)?.[1])).toBeGreaterThanOrEqual(256)
    await two.stored(`delete from books where title = 'many'`)
  })

  test('COPY returns every row; its stream bypasses the layer, so only the fact is reported', async () => {
    let text = ''
    await asA(async (db) => {
      const client = await db.client.acquireConnection()
      for await (const part of client.query(copyTo('copy (select id from books order by id) to stdout')))
        text += part
      await client.query('select 1')
      await db.client.releaseConnection(client)
    })
    expect(text).toBe('11\n12\n21\n22\n')
    expect(told()).toEqual(['1 copy books null: copy (select id from books order by id) to stdout'])
  })

  test('a row given to another user keeps its owner, and that is reported', async () => {
    await asA((db) => db('books').where({ id: 12 }).update({ user_id: B }))
    expect(await two.stored('select user_id from books where id = 12')).toEqual([{ user_id: A }])
    expect(told()).toEqual(['1 give away books null: update books set user_id = …'])
  })

  test('notices of the app’s own come through, ours do not', async () => {
    const heard: string[] = []
    await asA(async (db) => {
      const client = await db.client.acquireConnection()
      client.on('notice', ({ message }: { message: string }) => heard.push(message))
      await client.query(`do $$ begin perform 1 from books; raise notice 'of the app';
        raise info using errcode = 'UT001', message = 'of the app too', detail = 'anything'; end $$`)
      await db.client.releaseConnection(client)
    })
    expect(heard).toEqual(['of the app', 'of the app too'])
  })

  test('two users at once on a pool of two are kept apart', async () => {
    const person = (id: number) =>
      two.as(id, () => two.db('piles').select('id', two.db.raw('?::int as n', [id])))
    await Promise.all(Array.from({ length: 60 }, (_, n) => person(n % 2 ? A : B)))
    const found = counters
      .all()
      .slice(seen)
      .filter((one) => one.what === 'let pass')
    expect(found.map(({ person, times, rows }) => ({ person, times, rows }))).toEqual(
      expect.arrayContaining([
        { person: '1', times: 30, rows: 30 },
        { person: '2', times: 30, rows: 30 },
      ]),
    )
    expect(found).toHaveLength(2)
  })
})

test('at off the same rows are reached, new ones are stamped all the same, and nothing is recorded', async () => {
  const counters = openCounters()
  const two = await twoLayers(2, { enforcement: 'off', counters })
  try {
    const asA = <T>(work: (db: TwoLayers['db']) => PromiseLike<T>) => two.as(A, () => work(two.db))
    expect(await asA((db) => db('books').orderBy('id').pluck('id'))).toEqual([11, 12, 21, 22])
    expect(
      await asA((db) => db('books').where({ id: 21 }).update({ n: 7, user_id: A }).returning('user_id')),
    ).toEqual([{ user_id: B }])
    expect((await asA((db) => db.raw('delete from books where id = 22'))).rowCount).toBe(1)
    expect(await asA((db) => db('books').insert({ title: 'new' }).returning('user_id'))).toEqual([
      { user_id: A },
    ])
    const merged = asA((db) =>
      db('books')
        .insert({ id: 21, title: 'merged' })
        .onConflict('id')
        .merge()
        .returning(['title', 'user_id']),
    )
    expect(await merged).toEqual([{ title: 'merged', user_id: B }])
    const planted = asA((db) => db('books').insert({ title: 'planted', pile_id: 20 }))
    await expect(planted).rejects.toMatchObject({ code: '23503' })
    expect(counters.all().filter(({ what }) => what === 'let pass')).toEqual([])
  } finally {
    await two.close()
  }
})
