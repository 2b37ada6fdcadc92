import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { A, B, type TwoLayers, twoLayers } from '../support/two-layers.js'

const owned = { owner: 'user_id' } as const
let two: TwoLayers
beforeAll(async () => {
  two = await twoLayers(2, {
    tables: {
      piles: owned,
      books: { ...owned, access: 'readable' },
      shelves: owned,
      tags: { access: 'reference' },
    },
  })
})
afterAll(() => two?.close())

type Work = (db: TwoLayers['db']) => PromiseLike<unknown>
const outcome = (work: Work, id: number = A) =>
  two.as(id, () =>
    Promise.resolve(work(two.db)).then(
      (rows) => rows,
      (error: { code?: string }) => error.code,
    ),
  )

/** A has books 11 and 12, B has 21 and 22. */
const REFUSED: Record<string, Work> = {
  'where of two': (db) => db('books').where('id', 21).update({ title: 'x' }),
  'where of an object': (db) => db('books').where({ id: 21 }).delete(),
  'a condition more': (db) => db('books').where({ id: 21, n: 77 }).update({ title: 'x' }),
  'a column behind its table': (db) => db('books').where('books.id', 21).update({ title: 'x' }, ['id']),
  'a column behind an alias': (db) => db('books as b').where('b.id', 21).update({ title: 'x' }),
  'a list': (db) => db('books').whereIn('id', [21, 22]).delete(),
  'a counter': (db) => db('books').where({ id: 21 }).increment('n', 1),
  'the owner’s id in old code': (db) => db('books').where({ id: 21, user_id: 1 }).delete(),
  'a transaction': (db) => db.transaction((trx) => trx('books').where({ id: 21 }).delete()),
}
const NOT_FOUND: Record<string, Work> = {
  'a row that is not there': (db) => db('books').where({ id: 999 }).delete(),
  'a list of rows that are not there': (db) => db('books').whereIn('id', [998, 999]).delete(),
  'a row that is not named by its key': (db) => db('books').where({ title: 'b one' }).delete(),
  'another key': (db) => db('books').where({ pile_id: 20 }).update({ n: 5 }),
  'a comparison': (db) => db('books').where('id', '>', 20).delete(),
  'what is negated': (db) => db('books').whereNot('id', 11).whereNot('id', 12).delete(),
  'a private row': (db) => db('piles').where({ id: 20 }).update({ name: 'x' }),
}

describe.each(['both layers', 'the query layer alone'])('%s', (layers) => {
  beforeAll(async () => {
    const alone = layers !== 'both layers'
    await two.stored(`alter table books ${alone ? 'disable' : 'enable'} row level security`)
  })

  test.each(Object.entries(REFUSED))(
    'refuse a write that names another user’s row: %s',
    async (_name, work) => {
      const before = await two.printOfB()
      expect(await outcome(work)).toBe('forbidden')
      expect(await two.printOfB()).toBe(before)
    },
  )

  test.each(Object.entries(NOT_FOUND))('find nothing otherwise: %s', async (_name, work) => {
    const before = await two.printOfB()
    expect(await outcome(work)).toBe(0)
    expect(await two.printOfB()).toBe(before)
  })

  test('keep to one’s own rows among those that are named, and in a write of all', async () => {
    const before = await two.printOfB()
    expect(await outcome((db) => db('books').whereIn('id', [11, 21]).update({ n: 3 }))).toBe(1)
    expect(await outcome((db) => db('books').update({ n: 4 }))).toBe(2)
    expect(await outcome((db) => db('books').update({ n: 4 }), 100)).toBe(0)
    expect(await two.printOfB()).toBe(before)
  })
})

test('raw SQL is refused below, in the words of the database', async () => {
  await two.stored('alter table books enable row level security')
  const raw: Work = (db) => db.raw('update books set n = 1 where id = ?', [21])
  expect(await outcome(raw)).toBe('UT403')
  expect(await outcome(raw, B)).toMatchObject({ rowCount: 1 })
})
