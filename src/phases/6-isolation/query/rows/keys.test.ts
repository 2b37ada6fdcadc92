import knex, { type Knex } from 'knex'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { asUser } from '../../../../../test/support/compiling-knex.js'
import { type Pile, pile } from '../../../../../test/support/ownership-pile.js'
import { parseConfig } from '../../../../config/config.js'
import type { OwnershipPlan } from '../../schema/plan/ownership-plan.js'
import { reconcileOwnership } from '../../schema/reconcile.js'
import { readEnforcement } from '../../start/enforcement.js'
import { type Counters, openCounters } from '../../usage/counters.js'
import { scopeKnex } from '../scope-knex.js'

const UUID = (n: number) => `00000000-0000-4000-8000-00000000000${n}`

let database: Pile
/** As a superuser, to whom neither triggers nor policies apply, so that only this layer protects the rows. */
let db: Knex
let bare: Knex
let counters: Counters
beforeEach(async () => {
  database = await pile()
  await database.admin.query(`
    insert into users values (2, 'second'), (3, 'third');
    create table notes (id uuid primary key default gen_random_uuid(), title text, n int,
      parent_id uuid references notes, user_id int not null default 1 references users);
    create table drafts (id uuid primary key, title text, user_id int not null default 1 references users);
    alter table threads add position serial, add parent_id int references threads;
    grant references, select, insert, update, delete on notes, drafts to public;
    alter table notes owner to ${database.plan.login}; alter table drafts owner to ${database.plan.login};
    insert into notes values ('${UUID(1)}', 'the owner’s', 1, null, 1)`)
  bare = knex({ client: 'pg', connection: database.adminUrl, pool: { min: 0, max: 1 } })
})
afterEach(async () => {
  await db?.destroy()
  await bare?.destroy()
  await database?.close()
})

function tables(keys?: 'chosen'): OwnershipPlan['tables'] {
  const plain = { owner: 'user_id', access: 'private' as const }
  const more = { ...plain, ...(keys && { keys }) }
  return { ...database.plan.tables, threads: more, notes: more, drafts: plain }
}

function config(keys?: 'chosen') {
  return parseConfig({
    app: { start: ['node', 'app.js'] },
    owner: { id: 1 },
    users: { table: 'users', id: 'id' },
    tables: tables(keys),
  })
}

async function scoped({ keys, max = 1 }: { keys?: 'chosen'; max?: number } = {}): Promise<void> {
  await reconcileOwnership(database.app, { ...database.plan, tables: tables(keys) })
  counters = openCounters()
  const { query } = await readEnforcement(database.admin, config(keys), 6, counters)
  db = scopeKnex(knex({ client: 'pg', connection: database.adminUrl, pool: { min: 0, max } }), () => query)
}

type Row = Record<string, unknown>
const by = <T>(who: number, work: () => PromiseLike<T>): Promise<T> => asUser(who, async () => await work())
const insert = (who: number, rows: Row | Row[], table = 'threads') =>
  by(who, () => db(table).insert(rows).returning('id')).then((made) => made.map(({ id }) => id))

describe('by the query layer alone, a key that a request gives', () => {
  it('is dropped: a taken one, the next one, and an unused one', async () => {
    await scoped()
    expect(await insert(2, { title: 'x', id: 1 })).toEqual([6])
    expect(await insert(2, { title: 'x', id: '8' })).toEqual([7])
    expect(await insert(2, { title: 'x', id: db.raw('?', [9]) })).toEqual([8])
    expect(await insert(2, { title: 'x', id: db.select(db.raw('500')) })).toEqual([9])
    expect(counters.all()).toEqual([{ what: 'key', table: 'threads', column: 'id', times: 4 }])
    expect(await insert(1, { title: 'x', id: db.raw('DEFAULT') })).toEqual([10])
    expect(await insert(1, [{ title: 'a', id: 500 }, { title: 'b' }, { title: 'c', id: 501 }])).toEqual([
      11, 12, 13,
    ])
  })

  it('never makes another write fail, with forty simultaneous users and on two connections', async () => {
    await scoped({ max: 2 })
    await bare('users').insert(Array.from({ length: 40 }, (_, n) => ({ id: 50 + n, username: `u${n}` })))
    const made = await Promise.all(
      Array.from({ length: 40 }, async (_, n) => [
        ...(await insert(50 + n, [
          { title: 'a', id: 6 + 2 * n },
          { title: 'b', id: 7 + 2 * n },
        ])),
        ...(await insert(1, { title: 'mine' })),
      ]),
    )
    expect(new Set(made.flat()).size).toBe(120)
    const { rows } = await database.admin.query('select max(id) as last from threads')
    expect(rows).toEqual([{ last: 125 }])
  })

  it('is kept where a row of the same user has it, and an upsert with another user’s key makes a row', async () => {
    await scoped()
    const upsert = (who: number, row: Row) =>
      by(who, () => db('threads').insert(row).onConflict('id').merge().returning(['id', 'title']))
    expect(await upsert(1, { id: 3, title: 'new' })).toEqual([{ id: 3, title: 'new' }])
    expect(await upsert(2, { id: 3, title: 'theirs' })).toEqual([{ id: 6, title: 'theirs' }])
    expect(
      await by(2, () => db('threads').insert({ id: 6, title: 'y' }).onConflict('id').ignore()),
    ).toMatchObject({
      rowCount: 0,
    })
    await expect(insert(1, { id: 3, title: 'twice' })).rejects.toMatchObject({ code: '23505' })
    expect(await bare('threads').where({ id: 3 }).pluck('title')).toEqual(['new'])
  })

  it('changes no existing row: by update, by increment, by a merge on something else', async () => {
    await scoped()
    await bare.raw('create unique index on threads (user_id, title)')
    const ids = () => bare('threads').where({ user_id: 1 }).orderBy('id').pluck('id')
    expect(await by(1, () => db('threads').where({ id: 2 }).update({ id: 900, title: 'changed' }))).toBe(1)
    expect(await by(1, () => db('threads').where({ id: 2 }).increment('id', 50))).toBe(1)
    const same = () =>
      db('threads').insert({ id: 901, title: 'changed', notes: 'n' }).onConflict(['user_id', 'title'])
    await by(1, () => same().merge())
    await by(1, () => same().merge(['threads.id', 'notes']))
    await by(1, () => same().merge({ id: 902, notes: 'o' }))
    expect(await ids()).toEqual([1, 2, 3, 4, 5])
    expect(await bare('threads').where({ id: 2 }).first('title', 'notes')).toEqual({
      title: 'changed',
      notes: 'o',
    })
  })

  it('is left to the app where users’ values cannot collide: a number that may occur twice', async () => {
    await scoped()
    const [made] = await by(2, () => db('threads').insert({ title: 'x', position: 2 }).returning('position'))
    expect(made).toEqual({ position: 2 })
    expect(await by(2, () => db('threads').update({ position: 9 }).returning('position'))).toEqual([
      { position: 9 },
    ])
  })

  it('is dropped in insert … select, whose untyped values keep their types', async () => {
    await scoped()
    const into = db.raw('?? (??, ??, ??)', ['threads', 'id', 'title', 'parent_id'])
    const given = (id: number, parent: number | null) =>
      db(into)
        .insert(db.select(db.raw('?', [id]), db.raw('?', ['t']), db.raw('?', [parent])))
        .returning(['id', 'user_id'])
    expect(await by(2, () => given(3, null))).toEqual([{ id: 6, user_id: 2 }])
    const copy = () =>
      db(db.raw('?? (??, ??)', ['threads', 'id', 'title'])).insert(db('threads').select('id', 'title'))
    expect(await by(2, () => copy().onConflict('id').ignore())).toMatchObject({ rowCount: 0 })
    expect(await bare('threads').where({ user_id: 2 }).pluck('id')).toEqual([6])
  })

  it('attaches no row to another user’s row through a parent with that key in the same batch', async () => {
    await scoped()
    const rows = [
      { title: 'p', id: 3 },
      { title: 'c', id: 700, parent_id: 3 },
    ]
    await expect(insert(2, rows)).rejects.toMatchObject({ code: '23503' })
  })
})

describe('with the triggers below it', () => {
  it('each row gets one number, and none is lost', async () => {
    await scoped()
    const options = `-c role=${database.plan.requestRole} -c usertwo.user_id=2`
    const { query } = await readEnforcement(database.admin, config(), 6)
    const connection = { connectionString: database.url, options }
    await db.destroy()
    db = scopeKnex(knex({ client: 'pg', connection, pool: { min: 0, max: 2 } }), () => query)
    const rows = (id: number) => [{ title: 'a', id }, { title: 'b' }, { title: 'c', id: 1 }]
    expect(await insert(2, rows(6))).toEqual([6, 7, 8])
    expect(await insert(2, [{ title: 'd', id: 500 }])).toEqual([9])
    expect(await insert(2, { id: UUID(2), title: 'x' }, 'notes')).toEqual([UUID(2)])
    expect(
      await by(2, () => db('threads').where({ id: 9 }).update({ id: 500, notes: 'n' }).returning('id')),
    ).toEqual([{ id: 9 }])
  })
})

describe('by the query layer alone, where keys may be chosen', () => {
  it('a user’s deleted tree can be restored in one statement, and no other user gets its keys', async () => {
    await scoped({ keys: 'chosen' })
    const [parent] = await insert(1, { title: 'p' })
    const [child] = await insert(1, { title: 'c', parent_id: parent })
    await by(1, () => db('threads').whereIn('id', [parent, child]).del())
    const rows = [
      { title: 'p', id: parent },
      { title: 'c', id: child, parent_id: parent },
    ]
    expect(await insert(2, rows[0]!)).not.toEqual([parent])
    await expect(insert(2, rows)).rejects.toMatchObject({ code: '23503' })
    expect(await insert(1, rows)).toEqual([parent, child])
    expect(await insert(1, { title: 'x', id: 900 })).not.toEqual([900])
  })
})

describe('by the query layer alone, a uuid that a request gives', () => {
  it('is kept where the database has a default for it, also by a merge', async () => {
    await scoped()
    const ids = [UUID(2), UUID(3)]
    expect(
      await insert(
        2,
        ids.map((id) => ({ id, title: 'x' })),
        'notes',
      ),
    ).toEqual(ids)
    const upsert = () =>
      db('notes')
        .insert({ id: UUID(2), title: 'again' })
        .onConflict('id')
        .merge()
        .returning(['id', 'title'])
    expect(await by(2, upsert)).toEqual([{ id: UUID(2), title: 'again' }])
    expect(await by(2, () => db('notes').select('id').orderBy('id'))).toEqual(ids.map((id) => ({ id })))
    await expect(insert(2, { id: UUID(1), title: 'x' }, 'notes')).rejects.toMatchObject({ code: '23505' })
    expect(
      await bare('notes')
        .where({ id: UUID(1) })
        .pluck('title'),
    ).toEqual(['the owner’s'])
  })

  it('is kept where the app makes them, and where the table allows it, and overwrites no other user’s row', async () => {
    await scoped({ keys: 'chosen' })
    expect(await insert(1, { id: UUID(4), title: 'x' }, 'drafts')).toEqual([UUID(4)])
    expect(await insert(2, { id: UUID(5), title: 'x' }, 'notes')).toEqual([UUID(5)])
    const upsert = () =>
      db('notes')
        .insert({ id: UUID(1), title: 'theirs' })
        .onConflict('id')
        .merge()
        .returning('id')
    expect(await by(2, upsert)).toEqual([])
    expect(
      await bare('notes')
        .where({ id: UUID(1) })
        .pluck('title'),
    ).toEqual(['the owner’s'])
  })
})
