import type { Knex } from 'knex'
import { describe, expect, it } from 'vitest'
import { compilingKnex, refusalFor2, sqlFor2 } from '../../../../../test/support/compiling-knex.js'

const db = compilingKnex()
const OWN = 'from "events" where "events"."user_id" = 2'

function into(...columns: string[]): Knex.QueryBuilder {
  return db.into(db.raw(`?? (${columns.map(() => '??').join(', ')})`, ['threads', ...columns]))
}

describe('insert … select', () => {
  it('gets the owner as one more column', () => {
    const sql = `insert into "threads" ("n", "user_id") select "n", 2 ${OWN}`
    const inCallback = (q: Knex.QueryBuilder) => void q.from('events').select('n')
    expect(sqlFor2(() => into('n').insert(db('events').select('n')))).toBe(sql)
    expect(sqlFor2(() => into('n').insert(inCallback as never))).toBe(sql)
  })

  it('gets the owner in the place the app gave it', () => {
    expect(sqlFor2(() => into('user_id', 'n').insert(db('events').select('user_id', 'n')))).toBe(
      `insert into "threads" ("user_id", "n") select 2, c1 from (select "user_id", "n" ${OWN}) as s(c0, c1)`,
    )
  })

  it('is wrapped when one more column would change it', () => {
    expect(sqlFor2(() => into('n').insert(db('events').distinct('n')))).toBe(
      `insert into "threads" ("n", "user_id") select c0, 2 from (select distinct "n" ${OWN}) as s(c0)`,
    )
    expect(sqlFor2(() => into('n').insert(db.raw('select 1')))).toBe(
      'insert into "threads" ("n", "user_id") select c0, 2 from (select 1) as s(c0)',
    )
    const union = () => db('events').select('n').union(db('tags').select('n'))
    expect(sqlFor2(() => into('n').insert(union()))).toContain(') as s(c0)')
  })

  it('takes the columns from the catalog when the select list can be counted', () => {
    expect(sqlFor2(() => db('threads').insert(db('events').select('id', 'title')))).toBe(
      `insert into "threads" ("id", "title", "user_id") select "id", "title", 2 ${OWN}`,
    )
  })

  it.each<[string, () => unknown]>([
    ['all columns', () => db('threads').insert(db('events').select('*'))],
    ['raw text', () => db('threads').insert(db.raw('select 1'))],
    ['more columns than there are', () => db('threads').insert(db('events').select('a', 'b', 'c', 'd', 'e'))],
    ['a table the catalog does not know', () => db('events').insert(db('events').select('id'))],
  ])('is refused when its columns are not known: %s', (_what, query) => {
    expect(refusalFor2(query)).toBe('insert_select_needs_columns')
  })

  it('takes all columns of the catalog, and gives the owner its own', () => {
    expect(sqlFor2(() => db('threads').insert(db('tags').select('id', 'a', 'b', 'c')))).toBe(
      'insert into "threads" ("id", "title", "n", "user_id") select c0, c1, c2, 2 ' +
        'from (select "id", "a", "b", "c" from "tags") as s(c0, c1, c2, c3)',
    )
  })

  it('is refused when one entry of the select list may be several columns', () => {
    for (const entry of ['*', 'tags.*', db.raw('tags.*'), db('tags').select('n')])
      expect(refusalFor2(() => db('threads').insert(db('tags').select('id', entry as never)))).toBe(
        'insert_select_needs_columns',
      )
  })

  it('keeps the schema', () => {
    const sql = 'insert into "s"."threads" ("id", "user_id")'
    const select = () => db('events').select('id')
    expect(sqlFor2(() => db.withSchema('s').into('threads').insert(select()))).toContain(sql)
    expect(sqlFor2(() => db.into('s.threads').insert(select()))).toContain(sql)
    expect(sqlFor2(() => db.into(db.raw('s.threads (id)')).insert(select()))).toContain(sql)
  })

  it('does not change the select it was given', () => {
    const select = db('events').select('n')
    const query = () => into('n').insert(select)
    expect(sqlFor2(query)).toBe(sqlFor2(query))
    expect(sqlFor2(() => select)).toBe(`select "n" ${OWN}`)
  })
})
