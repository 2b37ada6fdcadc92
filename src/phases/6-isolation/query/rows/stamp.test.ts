import { describe, expect, it } from 'vitest'
import {
  compilingKnex,
  refusalFor2,
  sqlFor2,
  testPolicy,
} from '../../../../../test/support/compiling-knex.js'

const db = compilingKnex()

describe('an insert', () => {
  it.each([{}, { user_id: 1 }, { user_id: '1' }, { user_id: 2 }, { user_id: null }, { user_id: undefined }])(
    'case 102: belongs to the current user, whatever owner it gives: %j',
    (owner) => {
      expect(sqlFor2(() => db('threads').insert({ id: 7, ...owner }))).toBe(
        'insert into "threads" ("id", "user_id") values (7, 2)',
      )
    },
  )

  it('is stamped in every row, an empty one too', () => {
    expect(sqlFor2(() => db('threads').insert([{ id: 7 }, { title: 'x', user_id: 1 }]))).toBe(
      `insert into "threads" ("id", "title", "user_id") values (7, DEFAULT, 2), (DEFAULT, 'x', 2)`,
    )
    expect(sqlFor2(() => db('threads').insert({}))).toBe('insert into "threads" ("user_id") values (2)')
  })

  it('cannot compute its owner', () => {
    expect(sqlFor2(() => db('threads').insert({ user_id: db.raw('3') }))).toContain('values (2)')
    expect(sqlFor2(() => db('threads').insert({ user_id: db('tags').max('n') }))).toContain('values (2)')
  })

  it.each([3, '3', true, '1 '])('for another user (%j) is refused', (user_id) => {
    expect(refusalFor2(() => db('threads').insert({ user_id }))).toBe('foreign_owner')
    expect(refusalFor2(() => db('threads').insert([{ n: 1 }, { user_id }]))).toBe('foreign_owner')
  })

  it('knows the owner column by the app’s name for it', () => {
    const camel = compilingKnex(undefined, {
      wrapIdentifier: (value, wrap) => wrap(value.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)),
    })
    expect(refusalFor2(() => camel('threads').insert({ userId: 3 }))).toBe('foreign_owner')
    expect(sqlFor2(() => camel('threads').insert({ userId: 1 }))).toBe(
      'insert into "threads" ("user_id") values (2)',
    )
  })

  it('changes neither the rows nor the builder it was given', () => {
    const rows = [{ id: 7 }]
    const query = () => db('threads').insert(rows)
    expect(sqlFor2(query)).toBe(sqlFor2(query))
    expect(rows).toEqual([{ id: 7 }])
  })
})

describe('an upsert', () => {
  it('updates the current user’s row only', () => {
    expect(sqlFor2(() => db('threads').insert({ id: 7 }).onConflict('id').merge())).toBe(
      'insert into "threads" ("id", "user_id") values (7, 2) on conflict ("id") do update ' +
        'set "id" = excluded."id", "user_id" = excluded."user_id" where "threads"."user_id" = 2',
    )
  })

  it('keeps the app’s own condition, and its owner', () => {
    const merge = { user_id: 1, n: 3 }
    const upsert = () =>
      db('threads').insert({ id: 7 }).onConflict('id').merge(merge).where('n', 1).orWhere('n', 2)
    expect(sqlFor2(upsert)).toContain(
      'set "user_id" = 2,"n" = 3 where ("n" = 1 or "n" = 2) and "threads"."user_id" = 2',
    )
    expect(refusalFor2(() => db('threads').insert({}).onConflict('id').merge({ user_id: 3 }))).toBe(
      'foreign_owner',
    )
  })
})

describe('an update', () => {
  it('cannot give rows away', () => {
    expect(refusalFor2(() => db('threads').update({ user_id: 3 }))).toBe('foreign_owner')
    expect(refusalFor2(() => db('threads').update('user_id', 3))).toBe('foreign_owner')
    expect(refusalFor2(() => db('threads').increment('user_id', 1))).toBe('foreign_owner')
    expect(refusalFor2(() => db('threads').decrement('user_id', 1))).toBe('foreign_owner')
    expect(refusalFor2(() => db('users').update({ id: 3 }))).toBe('foreign_owner')
    expect(sqlFor2(() => db('threads').update({ user_id: db.raw('3'), n: 1 }))).toContain('"user_id" = 2')
  })

  it('cannot give rows away by a counter among others', () => {
    expect(refusalFor2(() => db('threads').increment({ n: 1, user_id: 1 } as never))).toBe('foreign_owner')
    expect(refusalFor2(() => db('threads').decrement({ user_id: 1, n: 1 } as never))).toBe('foreign_owner')
  })

  it('may write the owner it has', () => {
    expect(sqlFor2(() => db('threads').update({ user_id: 1, n: 3 }))).toContain(
      'set "user_id" = 2, "n" = 3 where',
    )
  })

  it('counts the owner literals of writes', () => {
    const policy = testPolicy()
    sqlFor2(() => compilingKnex(policy)('threads').insert({ user_id: 1 }))
    expect(policy.heard.rewrites).toEqual([{ table: 'threads', column: 'user_id' }])
  })
})
