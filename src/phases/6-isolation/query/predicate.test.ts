import { describe, expect, it } from 'vitest'
import { asUser, compilingKnex, sqlFor2 } from '../../../../test/support/compiling-knex.js'

const db = compilingKnex()

describe('the predicate in WHERE', () => {
  it('is alone, or follows plain ANDs', () => {
    expect(sqlFor2(() => db('threads'))).toBe('select * from "threads" where "threads"."user_id" = 2')
    expect(sqlFor2(() => db('threads').where({ n: 3 }).whereIn('id', [7]).whereNull('title'))).toBe(
      'select * from "threads" where "n" = 3 and "id" in (7) and "title" is null and "threads"."user_id" = 2',
    )
  })

  it('follows the app’s conditions in parentheses when they contain an OR or raw text', () => {
    expect(sqlFor2(() => db('threads').where('n', 3).orWhere('n', 4))).toBe(
      'select * from "threads" where ("n" = 3 or "n" = 4) and "threads"."user_id" = 2',
    )
    expect(sqlFor2(() => db('threads').where('n', db.raw('1 or true')))).toBe(
      'select * from "threads" where ("n" = 1 or true) and "threads"."user_id" = 2',
    )
  })

  it('follows raw text in parentheses, whether it is the column, the operator or one value of several', () => {
    const raw = (sql: string) => db.raw(sql) as never
    const conditions = (query: () => unknown) => sqlFor2(query).replace('select * from "threads" where ', '')
    const own = ' and "threads"."user_id" = 2'
    expect(conditions(() => db('threads').where(raw('true or n'), 1))).toBe(`(true or n = 1)${own}`)
    expect(conditions(() => db('threads').where('n', raw('= 1 or n ='), 2))).toBe(`("n" = 1 or n = 2)${own}`)
    expect(conditions(() => db('threads').whereBetween('n', [1, raw('2 or true')]))).toBe(
      `("n" between 1 and 2 or true)${own}`,
    )
    expect(conditions(() => db('threads').whereIn('n', [1, raw('n')]))).toBe(`("n" in (1, n))${own}`)
  })

  it('compares with a text id as a value, never as a column', () => {
    expect(asUser('title', () => db('threads').toSQL())).toMatchObject({
      sql: 'select * from "threads" where "threads"."user_id" = ?',
      bindings: ['title'],
    })
  })

  it('uses the alias, and is in each branch of a union', () => {
    expect(sqlFor2(() => db('s.threads as t'))).toContain('where "t"."user_id" = 2')
    expect(sqlFor2(() => db.from(db.ref('threads').as('t') as never))).toBe(
      'select * from "threads" as "t" where "t"."user_id" = 2',
    )
    expect(sqlFor2(() => db('threads').union(db('events')).where('n', 1))).toBe(
      'select * from "threads" where "n" = 1 and "threads"."user_id" = 2 ' +
        'union select * from "events" where "events"."user_id" = 2',
    )
  })

  it('reaches sub-queries in every place', () => {
    const events = () => db('events').count('*')
    const queries = [
      () => db('tags').select(events().as('c')),
      () => db.from(events().as('e')),
      () => db('tags').where('n', events()),
      () => db('tags').whereIn('n', events()),
      () => db('tags').whereExists(events()),
      () => db('tags').whereExists((q) => void q.from('events')),
      () => db('tags').where((q) => void q.orWhereExists((inner) => void inner.from('events'))),
      () =>
        db('tags')
          .groupBy('n')
          .having('n', '>', events() as never),
      () => db('tags').orderBy(events() as never),
      () => db('tags').join(events().as('e'), 'e.n', 'tags.n'),
      () => db('tags').whereRaw('n = (?)', [events()]),
      () => db.raw('select (?)', [events()]),
      () => db.with('e', events()).from('e'),
    ]
    for (const query of queries) expect(sqlFor2(query)).toContain('"events"."user_id" = 2')
  })

  it('is in updates and deletes', () => {
    expect(sqlFor2(() => db('threads').where('n', 1).orWhere('n', 2).update({ title: 'x' }))).toBe(
      `update "threads" set "title" = 'x' where ("n" = 1 or "n" = 2) and "threads"."user_id" = 2`,
    )
    expect(sqlFor2(() => db('threads').increment('n', 2))).toContain('where "threads"."user_id" = 2')
    expect(sqlFor2(() => db('threads').del())).toBe('delete from "threads" where "threads"."user_id" = 2')
  })

  it('is written in the app’s own spelling of names', () => {
    const lower = compilingKnex(undefined, { wrapIdentifier: (value, wrap) => wrap(value.toLowerCase()) })
    expect(sqlFor2(() => lower('THREADS as T').where('USER_ID', 1))).toBe(
      'select * from "threads" as "t" where "user_id" = 2 and "t"."user_id" = 2',
    )
  })
})
