import { setImmediate as turn } from 'node:timers/promises'
import { afterEach, describe, expect, test } from 'vitest'
import { A, B, type TwoLayers, twoLayers } from '../support/two-layers.js'

let two: TwoLayers
afterEach(() => two?.close())

type Row = { user_id: number }

/**
 * What requests do: a builder, raw text with a failure, a write in a transaction that is kept or taken back.
 */
const WORK: ((me: number, n: number) => Promise<Row[]>)[] = [
  async () => two.db('books').select('user_id'),
  async () => {
    await two.db.raw('select 1/0').catch(() => {})
    return (await two.db.raw<{ rows: Row[] }>('select user_id from books')).rows
  },
  (me, n) =>
    two.db.transaction(async (trx) => {
      await trx('books').insert({ title: `made by ${me}`, n })
      await turn()
      const rows: Row[] = await trx('books').select('user_id')
      return rows
    }),
  async () => {
    const trx = await two.db.transaction()
    await trx('books').update({ n: 0 })
    await turn()
    const rows: Row[] = await trx('piles').select('user_id')
    await trx.rollback()
    return rows
  },
]

describe.each([1, 2, 10])('I41 two hundred requests of two people at once on a pool of %i', (max) => {
  test('never meet: what each reads and writes is their own', async () => {
    two = await twoLayers(max)
    const answers = await Promise.all(
      Array.from({ length: 200 }, (_, n) => {
        const me = n % 2 ? A : B
        return two.as(me, () => WORK[(n >> 1) % WORK.length]!(me, 1000 + n))
      }),
    )
    answers.forEach((rows, n) => {
      expect(rows.length).toBeGreaterThan(0)
      expect(new Set(rows.map(({ user_id }) => user_id))).toEqual(new Set([n % 2 ? A : B]))
    })
    const made = await two.stored<{ title: string; user_id: number; n: string }>(
      `select title, user_id, count(*) as n from books where title like 'made by%' group by 1, 2 order by 2`,
    )
    expect(made).toEqual([
      { title: 'made by 1', user_id: A, n: '25' },
      { title: 'made by 2', user_id: B, n: '25' },
    ])
    // The update that each took back must not have reached anybody.
    expect(await two.stored('select from books where n = 0')).toEqual([])
  })
})
