import { setTimeout as sleep } from 'node:timers/promises'
import knex, { type Knex } from 'knex'
import pg from 'pg'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { asSystem, asUser, testPolicy } from '../../../../test/support/compiling-knex.js'
import { concurrently, pgVersion, sharedTables } from '../../../../test/support/shared-tables.js'
import { attach } from '../connection/attach.js'
import { scopeKnex } from './scope-knex.js'

let detach: () => void
let url: string
let admin: Knex
let db: Knex
let mayName: boolean
const names: (string | null)[] = []

beforeAll(async () => {
  const tables = await sharedTables()
  url = tables.url
  admin = knex({ client: 'pg', connection: tables.adminUrl, pool: { min: 0, max: 1 } })
  detach = attach(pg, pgVersion, () => tables.policy)
  const query = pg.Client.prototype.query
  // What really goes to pg, below the layer.
  pg.Client.prototype.query = function (this: pg.Client, ...args: unknown[]) {
    const asked = args[0] as { name?: string; text?: string } | string
    if (typeof asked === 'object' && asked.text?.includes('threads')) names.push(asked.name ?? null)
    return Reflect.apply(query, this, args)
  } as typeof query
  const undo = detach
  detach = () => {
    pg.Client.prototype.query = query
    undo()
  }
})

afterAll(async () => {
  await admin?.destroy()
  detach()
})

beforeEach(() => {
  mayName = true
  const policy = testPolicy()
  db = scopeKnex(
    knex({ client: 'pg', connection: url, pool: { min: 0, max: 1 } }),
    () => policy,
    () => mayName,
  )
  names.length = 0
})
afterEach(() => db.destroy())

const as2 = <T>(work: () => PromiseLike<T>) => asUser(2, async () => await work())
const listed = () => db('threads').select('title', 'n').where('n', '<', 3).orderBy('n')

async function times<T>(count: number, work: () => PromiseLike<T>): Promise<T> {
  let last = await as2(work)
  for (let done = 1; done < count; done++) last = await as2(work)
  return last
}

describe('what is named', () => {
  test('a builder that lists its columns, from the third time on, always by the same name', async () => {
    const rows = await times(5, listed)
    expect(rows).toEqual([
      { title: 't1', n: 1 },
      { title: 't2', n: 2 },
    ])
    expect(names.slice(0, 2)).toEqual([null, null])
    expect(names[2]).toMatch(/^usertwo_[0-9a-f]{32}$/)
    expect(new Set(names.slice(2)).size).toBe(1)
  })

  test.each<[string, () => PromiseLike<unknown>]>([
    ['an aggregate', () => db('threads').count('* as n')],
    ['pluck', () => db('threads').pluck('title')],
    ['the first of aggregates', () => db('threads').count('* as n').first()],
    ['first with columns', () => db('threads').first('title')],
    ['an update', () => db('threads').where('n', 1).update({ title: 't1' })],
    ['a delete', () => db('threads').where('n', -5).del()],
    ['an insert that gives back columns', () => db('threads').insert({ title: 'x', n: 99 }).returning(['n'])],
  ])('%s', async (_what, query) => {
    await times(3, query)
    expect(names.at(-1)).toMatch(/^usertwo_/)
  })

  test.each<[string, () => PromiseLike<unknown>]>([
    ['every column', () => db('threads').limit(1)],
    ['a star among columns', () => db('threads').select('title', 'threads.*').limit(1)],
    ['distinct on without columns', () => db('threads').distinctOn('n').limit(1)],
    ['raw columns', () => db('threads').select(db.raw('threads.*')).limit(1)],
    [
      'an insert that gives back everything',
      () => db('threads').insert({ title: 'x', n: 99 }).returning('*'),
    ],
    ['raw text', () => db.raw('select title from threads limit 1')],
    [
      'a query of a transaction',
      () => db.transaction(async (trx) => await trx('threads').select('title').limit(1)),
    ],
    ['a query that has options', () => listed().options({ rowMode: 'array' })],
    ['a query by the app’s own name', () => listed().options({ name: 'mine' })],
  ])('not %s', async (_what, query) => {
    await times(4, query)
    expect(names.filter((name) => name?.startsWith('usertwo_'))).toEqual([])
  })

  test('nothing where the way to the server keeps no names', async () => {
    mayName = false
    await times(4, listed)
    expect(new Set(names)).toEqual(new Set([null]))
  })

  test('nothing after five hundred texts: each is a statement on every connection', async () => {
    for (let at = 0; at < 500; at++)
      await as2(() => db('threads').select('title').as(`t${at}`).limit(0).whereRaw(`${at} = ${at}`))
    await times(4, listed)
    expect(names.at(-1)).toBeNull()
  })
})

describe('a named statement whose answer changed its shape', () => {
  test('is taken back and asked again, once and unseen', async () => {
    await times(4, listed)
    await asSystem(async () => await admin.raw('alter table threads alter column title type varchar(80)'))
    expect(await as2(listed)).toHaveLength(2)
    expect(names.slice(-2)).toEqual([expect.stringMatching(/^usertwo_/), null])
    expect(await as2(listed)).toHaveLength(2)
    expect(names.at(-1)).toMatch(/^usertwo_/)
    await asSystem(async () => await admin.raw('alter table threads alter column title type text'))
  })

  test('is asked again when the app made the server forget all statements', async () => {
    await times(4, listed)
    await as2(() => db.raw('discard all'))
    expect(await as2(listed)).toHaveLength(2)
  })

  test('gives its own error when that is no matter of names', async () => {
    const broken = () => db('threads').select('title').whereRaw('1 / (n - n) > ?', [0])
    await expect(times(4, broken)).rejects.toMatchObject({ code: '22012' })
  })
})

test('forty people get their own rows by named statements, on a pool of two', async () => {
  const policy = testPolicy()
  const pooled = scopeKnex(
    knex({ client: 'pg', connection: url, pool: { min: 0, max: 2 } }),
    () => policy,
    () => true,
  )
  const counters = await concurrently(2000, async (see) => {
    see(await pooled('threads').limit(3).pluck('user_id'))
    const counted = await pooled('threads').count('* as n').min('user_id as who').first()
    see([counted?.who])
    await sleep(0)
  })
  await pooled.destroy()
  expect(counters).toMatchObject({ wrong: 0, lost: 0 })
  expect(names.filter((name) => name?.startsWith('usertwo_')).length).toBeGreaterThan(1500)
})
