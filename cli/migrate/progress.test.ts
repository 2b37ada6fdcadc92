import pg from 'pg'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { reconcileOwnership } from '../../src/phases/6-isolation/schema/reconcile.js'
import { PILE_TABLES, type Pile, pile } from '../../test/support/ownership-pile.js'
import { migrationProgress } from './progress.js'

let one: Pile
beforeAll(async () => {
  one = await pile({ tables: PILE_TABLES })
  // More pages than one batch walks through.
  await one.admin.query(
    `alter table settings add user_id int references users; insert into settings (note) select repeat('x', 1000) from generate_series(1, 4000); analyze settings`,
  )
}, 120_000)
afterAll(() => one?.close())

it('names each step as it begins, and of a long one the rows, the time and an estimate', async () => {
  const lines: string[] = []
  let ms = 0
  const progress = migrationProgress(
    (line) => void lines.push(line),
    () => (ms += 6_000),
  )
  const client = new pg.Client(one.url)
  await client.connect()
  try {
    const { done } = await reconcileOwnership(client, one.plan, progress)
    expect(lines.filter((line) => !line.startsWith(' '))).toEqual(done.map(({ name }) => name))
  } finally {
    progress.end()
    await client.end()
  }
  expect(lines.join('\n')).toMatch(
    /^ {2}public\.settings: .*: \d+ of about 4001 rows, \d+ s elapsed, about \d+ s left$/m,
  )
})
