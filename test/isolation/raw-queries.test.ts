import type pg from 'pg'
import { afterEach, describe, expect, test } from 'vitest'
import { openCounters } from '../../src/phases/6-isolation/usage/counters.js'
import { noteOfCounters } from '../../src/phases/6-isolation/usage/notes.js'
import { require } from '../support/shared-tables.js'
import { A, type TwoLayers, twoLayers } from '../support/two-layers.js'

const Cursor: new (
  text: string,
) => pg.Submittable & { read(rows: number): Promise<unknown[]> } = require('pg-cursor')

let two: TwoLayers
const asA = <T>(work: (db: TwoLayers['db']) => PromiseLike<T>) => two.as(A, () => work(two.db))
const codeOf = (work: PromiseLike<unknown>) =>
  Promise.resolve(work).then(
    () => 'done',
    (error: { code?: string }) => error.code ?? String(error),
  )
const COUNT = 'select count(*)::int as n from books'

afterEach(() => two?.close())

test('bound, it finds own rows only, in a transaction too, and the gate lists it without a value', async () => {
  const counters = openCounters()
  two = await twoLayers(2, { counters })
  for (let round = 0; round < 3; round++) {
    const { rows } = await asA((db) => db.raw(`${COUNT} where title <> 'secret' and n < ?`, [100 + round]))
    expect(rows).toEqual([{ n: 2 }])
  }
  await asA((db) =>
    db.transaction(async (trx) => {
      expect((await trx.raw(COUNT)).rows).toEqual([{ n: 2 }])
      expect(await trx('tags').whereRaw('exists (select 1 from books where id = 21)')).toEqual([])
    }),
  )
  await asA((db) => db('books').where({ user_id: 1 }))
  await asA((db) => db('books').where('user_id', 1).orWhere({ title: 'x' }))
  expect(noteOfCounters(counters.all())).toEqual([
    'the owner’s id became the current user: books.user_id (2)',
    `raw SQL, kept to the current user by the database alone: ${COUNT} where title <> '…' and n < ? (3)`,
    `raw SQL, kept to the current user by the database alone: ${COUNT} (1)`,
    'raw SQL, kept to the current user by the database alone: exists (select … from books where id = …) (1)',
  ])
})

describe('refused', () => {
  test('it never reaches the database, and a transaction it was refused in goes on', async () => {
    two = await twoLayers(2, { rawQueries: 'refuse' })
    expect(await codeOf(asA((db) => db.raw(COUNT)))).toBe('raw_refused')
    expect(await codeOf(asA((db) => db('tags').whereRaw('exists (select 1 from books)')))).toBe('raw_refused')
    const title = asA((db) =>
      db.transaction(async (trx) => {
        expect(await codeOf(trx.raw("update books set title = 'x'"))).toBe('raw_refused')
        await trx('books').where({ id: 11 }).update({ title: 'still here' })
        return trx('books').where({ id: 11 }).first('title')
      }),
    )
    expect(await title).toEqual({ title: 'still here' })
    expect(await two.stored("select id from books where title = 'x'")).toEqual([])
    expect((await asA((db) => db.raw('select count(*)::int as n from tags'))).rows).toEqual([{ n: 1 }])
  })

  test('except for what is declared, which stays bound', async () => {
    two = await twoLayers(2, { rawQueries: { declared: [COUNT] } })
    expect((await asA((db) => db.raw(COUNT))).rows).toEqual([{ n: 2 }])
    expect(await codeOf(asA((db) => db.raw(`${COUNT} where true`)))).toBe('raw_refused')
  })
})

test('sent by hand on a connection of the scoped knex, it is counted, and what knex compiles is not', async () => {
  const counters = openCounters()
  two = await twoLayers(2, { counters, rawQueries: 'refuse' })
  await asA(async ({ client }) => {
    const connection = await client.acquireConnection()
    expect((await connection.query(COUNT)).rows).toEqual([{ n: 2 }])
    expect(await connection.query(new Cursor('select id from books')).read(9)).toHaveLength(2)
    await connection.query('select count(*) from tags')
    await client.releaseConnection(connection)
  })
  await asA(async (db) => {
    for await (const { id } of db('books').stream()) expect([11, 12]).toContain(id)
    await db.transaction((trx) => trx('books').where({ id: 11 }).update({ n: 3 }))
  })
  expect(noteOfCounters(counters.all())).toEqual([
    `raw SQL, kept to the current user by the database alone: ${COUNT} (1)`,
    'raw SQL, kept to the current user by the database alone: select id from books (1)',
  ])
})
