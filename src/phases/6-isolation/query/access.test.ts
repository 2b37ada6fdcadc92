import { describe, expect, it } from 'vitest'
import {
  asUser,
  compilingKnex,
  refusalFor2,
  sqlFor2,
  testPolicy,
} from '../../../../test/support/compiling-knex.js'

const db = compilingKnex()

describe('what a request may do with a table', () => {
  it('readable: reads are free, writes are scoped', () => {
    expect(sqlFor2(() => db('posts'))).toBe('select * from "posts"')
    expect(sqlFor2(() => db('posts').update({ n: 1 }))).toContain('where "posts"."author_id" = 2')
    expect(sqlFor2(() => db('posts').del())).toContain('where "posts"."author_id" = 2')
    expect(sqlFor2(() => db('posts').insert({ n: 1 }))).toContain('("author_id", "n") values (2, 1)')
    expect(() => String(db('posts'))).toThrow(expect.objectContaining({ code: 'no_current_user' }))
  })

  it('self: only the user’s own row; inserts are refused', () => {
    expect(sqlFor2(() => db('users'))).toBe('select * from "users" where "users"."id" = 2')
    expect(refusalFor2(() => db('users').insert({ id: 9 }))).toBe('users_refused')
    expect(refusalFor2(() => db('users').insert({ id: 1 }).onConflict('id').merge())).toBe('users_refused')
  })

  it('reference: reads are free, also without a user; writes are refused', () => {
    expect(String(db('tags'))).toBe('select * from "tags"')
    const writes = [
      () => db('tags').insert({ n: 1 }),
      () => db('tags').update({ n: 1 }),
      () => db('tags').del(),
      () => db('tags').truncate(),
    ]
    for (const write of writes) expect(refusalFor2(write)).toBe('table_closed')
  })

  it('closed: everything is refused, in any position', () => {
    expect(refusalFor2(() => db('secrets'))).toBe('table_closed')
    expect(refusalFor2(() => db('tags').join('secrets as s', 's.id', 'tags.id'))).toBe('table_closed')
    expect(refusalFor2(() => db('tags').whereExists(db('secrets')))).toBe('table_closed')
    expect(refusalFor2(() => db(db.raw('public.secrets s')))).toBe('table_closed')
  })

  it('unclassified: refused, with what to write into the config', () => {
    expect(refusalFor2(() => db('novelties').insert({ n: 1 }))).toBe('unclassified_table')
    expect(() => String(db('novelties'))).toThrow(/usertwo\.config\.ts: novelties: \{ owner: 'user_id' \}/)
  })

  it('truncate would empty a table for all users', () => {
    expect(refusalFor2(() => db('threads').truncate())).toBe('truncate_refused')
  })

  it('the method with which a builder is compiled decides', () => {
    const compile = db('threads').toSQL as (this: unknown, method: string) => unknown
    expect(refusalFor2(() => compile.call(db('threads'), 'truncate'))).toBe('truncate_refused')
  })

  it.each([
    'information_schema.tables',
    'pg_catalog.pg_class',
    'pg_class',
    'knex_migrations',
    'knex_migrations_lock',
  ])('%s has no owner', (name) => {
    expect(String(db(name))).toMatch(/^select \* from "[\w".]+"$/)
  })

  it('knex’s ledger is recognised by the name the app gave it', () => {
    const named = compilingKnex(undefined, { migrations: { tableName: 'ledger' } })
    expect(String(named('ledger_lock').update({ is_locked: 1 }))).toContain('"ledger_lock"')
  })

  it('columnInfo reads no rows', () => {
    expect(asUser(2, () => String(db('threads').columnInfo()))).toContain('information_schema.columns')
    expect(String(db('novelties').columnInfo())).toContain('information_schema.columns')
  })

  it('a write whose raw table is more than a name is refused', () => {
    const target = db.raw('threads (id) overriding user value')
    expect(refusalFor2(() => db.into(target).insert({ id: 1 }))).toBe('raw_refused')
    expect(refusalFor2(() => db(db.raw('threads where true --')).update({ n: 1 }))).toBe('raw_refused')
  })
})

describe('a name like one of the catalog or of knex', () => {
  const access = (table: string) =>
    table === 'pg_notes' || table === 'knex_migrations' ? 'private' : undefined
  const owned = new Map([
    ['pg_notes', 'user_id'],
    ['knex_migrations', 'user_id'],
  ])

  it('is scoped if it is classified', () => {
    const own = compilingKnex(testPolicy({ access, owned }))
    for (const table of owned.keys())
      expect(sqlFor2(() => own(table))).toBe(`select * from "${table}" where "${table}"."user_id" = 2`)
  })

  it('is refused in a schema of the app’s own', () => {
    expect(refusalFor2(() => db('app.pg_notes'))).toBe('unclassified_table')
    expect(refusalFor2(() => db('my_knex_migrations'))).toBe('unclassified_table')
  })

  it('is the ledger that the app named', () => {
    const named = compilingKnex(testPolicy(), { migrations: { tableName: 'ledger' } })
    for (const table of ['ledger', 'ledger_lock']) expect(sqlFor2(() => named(table))).not.toContain('where')
    expect(refusalFor2(() => named('ledgers'))).toBe('unclassified_table')
  })
})

describe('a table that the policy half knows', () => {
  it('is refused: an owner column without access, and access without an owner column', () => {
    const owned = new Map([['drafts', 'user_id']])
    const access = (table: string) => (table === 'notes' ? 'private' : undefined)
    const half = compilingKnex(testPolicy({ access, owned }))
    for (const table of ['drafts', 'notes']) expect(refusalFor2(() => half(table))).toBe('unclassified_table')
  })

  it('is left to the database where the app’s own login looks a row up', () => {
    const looksUp = (table: string, verb: string) => table === 'users' && verb === 'read'
    const own = compilingKnex(testPolicy({ looksUp }))
    expect(String(own('users').where('name', 'a'))).toBe(`select * from "users" where "name" = 'a'`)
    expect(() => String(own('users').update({ name: 'a' }))).toThrow(
      expect.objectContaining({ code: 'no_current_user' }),
    )
  })
})
