import knex, { type Knex } from 'knex'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { scopeKnex } from '../../../src/phases/6-isolation/query/scope-knex.js'
import { asUser, testPolicy } from '../../../test/support/compiling-knex.js'
import { freshDatabase } from '../../../test/support/postgres.js'
import { attemptsOn, reached } from './attempts.js'

const [A, B] = ['00000000-0000-4000-8000-000000000001', '00000000-0000-4000-8000-000000000002'] as const
/** One key of each kind: of a row of A, of the corresponding row of B, and how the next one is made. */
const KEYS: Record<string, [type: string, theirs: number | string, mine: number | string, make: string]> = {
  numbers: ['int', 7, 1_000_007, '(random() * 1000)::int + 9'],
  uuids: [
    'uuid',
    'aaaaaaaa-0000-4000-8000-00000000000a',
    'bbbbbbbb-0000-4000-8000-00000000000a',
    'gen_random_uuid()',
  ],
  texts: ['text', 'emma', 'emma-b', 'md5(random()::text)'],
}

let bare: Knex
let scoped: Knex

beforeAll(async () => {
  const { url } = await freshDatabase()
  const open = () => knex({ client: 'pg', connection: url, pool: { min: 0, max: 1 } })
  bare = open()
  for (const [name, [type, theirs, mine]] of Object.entries(KEYS)) {
    await bare.raw(`create table ${name} (id ${type} primary key, n int, user_id uuid not null)`)
    await bare(name).insert([
      { id: theirs, n: 1, user_id: A },
      { id: mine, n: 1, user_id: B },
    ])
  }
  const owned = new Map(Object.keys(KEYS).map((name) => [name, 'user_id']))
  const keys = new Map(
    Object.entries(KEYS).map(([name, [type, , , made]]) => [
      name,
      new Map([['id', { type, make: made, held: null }]]),
    ]),
  )
  const policy = testPolicy({ owned, ownerId: A, access: () => 'private', keys: (name) => keys.get(name) })
  scoped = scopeKnex(open(), () => policy)
})
afterAll(async () => {
  await bare?.destroy()
  await scoped?.destroy()
})

describe.each(Object.entries(KEYS))('a table whose keys are %s', (name, [, theirs, mine]) => {
  const table = {
    name,
    owner: 'user_id',
    key: 'id',
    made: true,
    theirs: { id: theirs, n: 1, user_id: A },
    mine: { id: mine, n: 1, user_id: B },
    count: 1,
    parents: [],
  }
  const attempts = attemptsOn(table, { config: {}, other: B, owner: A, tables: [table] })
  const found = async (db: Knex) => {
    const all: string[] = []
    for (const attempt of attempts) if (await reached(db, table, attempt)) all.push(attempt.name)
    return all
  }

  test('gives nothing to any attempt through the query layer', async () => {
    expect(await asUser(B, () => found(scoped))).toEqual([])
  })

  test('gives something to each attempt without it, except for what names no owner', async () => {
    const but = 'a row can be made without an owner'
    expect(await found(bare)).toEqual(attempts.map(({ name }) => name).filter((name) => name !== but))
  })
})

test('a unique constraint of the table that refuses a copy of the caller’s row shows nothing', async () => {
  const [theirs, mine] = [7, 1_000_007].map((id, at) => ({ id, n: 1, user_id: [A, B][at] }))
  const table = { name: 'numbers', owner: 'user_id', key: 'id', made: true, theirs: theirs!, mine: mine! }
  const probe = { ...table, count: 1, parents: [] }
  await bare.raw('alter table numbers add unique (user_id, n)')
  for (const attempt of attemptsOn(probe, { config: {}, other: B, owner: A, tables: [probe] }))
    expect([attempt.name, await asUser(B, () => reached(scoped, probe, attempt))]).toEqual([
      attempt.name,
      null,
    ])
})

test('a merge on a key that each user has for themselves replaces no row of another', async () => {
  await bare.raw('create table settings (key text, user_id uuid, value text, primary key (user_id, key))')
  const rows = [A, B].map((id) => ({ key: `key of ${id}`, value: 'v', user_id: id }))
  await bare('settings').insert(rows)
  const policy = testPolicy({
    owned: new Map([['settings', 'user_id']]),
    ownerId: A,
    access: () => 'private',
    perUserUniques: () => [['key']],
  })
  const each = scopeKnex(knex(bare.client.config), () => policy)
  const [theirs, mine] = rows
  const table = { name: 'settings', owner: 'user_id', key: 'key', made: false, theirs: theirs!, mine: mine! }
  const probe = { ...table, count: 1, parents: [] }
  const attempts = attemptsOn(probe, { config: {}, other: B, owner: A, tables: [probe] })
  const merge = attempts.find(({ name }) => name === 'a row can be overwritten by a merge')!
  try {
    expect(await asUser(B, () => reached(each, probe, merge))).toBeNull()
  } finally {
    await each.destroy()
  }
})
