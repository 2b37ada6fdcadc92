import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { A, type TwoLayers, twoLayers } from '../support/two-layers.js'

// I68: how long it takes to find nothing. A stopwatch measures the machine more than the query. The plan and
// the pages it reads are all the work there is.
let two: TwoLayers
beforeAll(async () => {
  two = await twoLayers()
  await two.stored(`insert into books (id, title, n, pile_id, user_id)
    select 1000 + i, 'x', 1, case i % 2 when 0 then 10 else 20 end, 1 + i % 2 from generate_series(0, 19999) i;
    analyze books`)
})
afterAll(() => two?.close())

interface Node {
  'Node Type': string
  'Index Name'?: string
  'Actual Rows': number
  'Shared Hit Blocks': number
  'Shared Read Blocks': number
  Plans?: Node[]
}

/** Every step of a statement of A's with what it found, and the pages it read all in all. */
async function work(sql: string): Promise<{ steps: string[]; rows: number; pages: number }> {
  const { rows } = await two.as(A, () =>
    two.db.raw<{ rows: { 'QUERY PLAN': { Plan: Node }[] }[] }>(
      `explain (analyze, buffers, timing off, summary off, format json) ${sql}`,
    ),
  )
  const plan = rows[0]!['QUERY PLAN'][0]!.Plan
  const steps = (node: Node): string[] => [
    `${node['Node Type']} ${node['Index Name'] ?? ''}`,
    ...(node.Plans ?? []).flatMap(steps),
  ]
  const pages = plan['Shared Hit Blocks'] + plan['Shared Read Blocks']
  return { steps: steps(plan), rows: plan['Actual Rows'], pages }
}

const [OWN, FOREIGN, MISSING] = [1010, 1011, 987654]

describe('I68 a foreign row is looked for as a missing one is, with the same work', () => {
  test.each([
    ['read', 0, (id: number) => `select * from books where id = ${id} and user_id = ${A}`],
    ['changed', 0, (id: number) => `update books set n = 2 where id = ${id} and user_id = ${A}`],
    ['deleted', 0, (id: number) => `delete from books where id = ${id} and user_id = ${A}`],
    // The app's key finds the row, and only then its owner is looked at: one page, in memory or not.
    [
      'except for one page, by text that only the policies see',
      1,
      (id: number) => `select * from books where id = ${id}`,
    ],
  ])('%s', async (_how, more, sql) => {
    await work(sql(MISSING))
    const [foreign, missing] = [await work(sql(FOREIGN)), await work(sql(MISSING))]
    expect(foreign.steps).toEqual(missing.steps)
    expect([foreign.rows, missing.rows]).toEqual([0, 0])
    expect(foreign.pages - missing.pages).toBe(more)
  })

  test('and an own row is found, so that the query can find something', async () => {
    expect((await work(`select * from books where id = ${OWN} and user_id = ${A}`)).rows).toBe(1)
  })
})
