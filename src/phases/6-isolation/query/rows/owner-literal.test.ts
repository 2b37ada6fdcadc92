import type { Knex } from 'knex'
import { describe, expect, it } from 'vitest'
import { asUser, compilingKnex, sqlFor2, testPolicy } from '../../../../../test/support/compiling-knex.js'

const db = compilingKnex()

describe('the owner’s id in a condition', () => {
  it.each<[string, () => Knex.QueryBuilder]>([
    ['equality', () => db('threads').where({ user_id: 1 })],
    ['text', () => db('threads').where('user_id', '1')],
    ['bigint', () => db('threads').where('user_id', 1n as never)],
    ['inequality', () => db('threads').where('user_id', '<>', 1)],
    ['negation', () => db('threads').whereNot({ user_id: 1 })],
    ['a list', () => db('threads').whereIn('user_id', [1])],
    ['rows', () => db('threads').whereIn(['n', 'user_id'], [[7, 1]])],
    ['a raw value', () => db('threads').where('user_id', db.raw('?', [1]))],
    ['a raw column', () => db('threads').where(db.raw('threads.user_id') as never, 1)],
    ['a ref', () => db('threads as t').where(db.ref('t.user_id') as never, 1)],
    ['a group', () => db('threads').where((q) => void q.where('user_id', 1).orWhere('n', 7))],
    ['HAVING', () => db('threads').groupBy('user_id').having('user_id', '=', 1)],
    [
      'ON',
      () => db('tags').join('threads as t', (on) => void on.on('t.n', 'tags.n').andOnVal('t.user_id', 1)),
    ],
    ['raw ON', () => db('tags').join('threads as t', (on) => void on.on('t.user_id', '=', db.raw(1)))],
    [
      'grouped ON',
      () => db('tags').join('threads as t', (on) => void on.on((g) => void g.onVal('t.user_id', 1))),
    ],
    ['a sub-query’s column', () => db.from(db('tags').select('user_id').as('q')).where('q.user_id', 1)],
    ['a CTE’s column', () => db.with('c', db('tags').select('user_id')).from('c').where('user_id', 1)],
    ['an outer query', () => db('threads as t').whereExists(db('tags').where('t.user_id', 1))],
    ['a readable table', () => db('posts').where('author_id', 1)],
    ['users', () => db('users').where({ id: 1 })],
    ['users, joined', () => db('tags').join('users as u', 'u.id', 'tags.n').where('u.id', 1)],
  ])('means the current user: %s', (_what, query) => {
    expect(sqlFor2(query)).toMatch(/[ =(]'?2/)
    expect(sqlFor2(query)).not.toMatch(/\b1\b/)
  })

  it.each<[string, () => Knex.QueryBuilder]>([
    ['another column', () => db('threads').where({ n: 1 })],
    ['another comparison', () => db('threads').where('user_id', '>', 1)],
    ['an id that is not a user’s', () => db('threads').where({ id: 1 })],
    ['an id in a sub-query of users', () => db('users').whereExists(db('threads').where('id', 1))],
    ['a column with a name of its own', () => db('tags as t').where('t.user_id_2', 1)],
  ])('stays what it is: %s', (_what, query) => {
    expect(sqlFor2(query)).toMatch(/\b1\b/)
  })

  it('is the only value of a list that is replaced, and only in the owner column', () => {
    const where = (query: () => unknown) => sqlFor2(query).split(' where ')[1]
    expect(where(() => db('threads').whereIn('user_id', [1, 5]))).toContain('"user_id" in (2, 5)')
    expect(
      where(() =>
        db('threads').whereIn(
          ['n', 'user_id'],
          [
            [1, 1],
            [1, 5],
          ],
        ),
      ),
    ).toContain('("n", "user_id") in ((1, 2), (1, 5))')
    expect(where(() => db('threads').whereIn('n', [1]))).toContain('"n" in (1)')
  })

  it('is only an id where it is compared for equality', () => {
    expect(sqlFor2(() => db('threads').where('user_id', '>=', 1))).toContain('"user_id" >= 1')
    expect(sqlFor2(() => db('threads').where('user_id', 'not in', 1 as never))).toContain('not in 1')
    expect(sqlFor2(() => db('threads').whereNot('user_id', 1))).toContain('not "user_id" = 2')
  })

  it('is found behind the name of a sub-query, whose id need not be a user’s', () => {
    expect(sqlFor2(() => db.from(db('tags').as('s')).where('s.id', 1))).toContain('"s"."id" = 1')
    const joined = () => db('tags').join(db('threads').as('s'), 's.n', 'tags.n').where('s.user_id', 1)
    expect(sqlFor2(joined)).toContain('where "s"."user_id" = 2')
    expect(sqlFor2(() => db.from(db('tags').as('s')).where('n', 1))).toContain('"n" = 1')
  })

  it('is counted, once each time, also for the owner', () => {
    const policy = testPolicy()
    const counted = compilingKnex(policy)
    asUser(1, () => String(counted('threads').where({ user_id: 1 }).orWhere('user_id', 1)))
    const site = { table: 'threads', column: 'user_id' }
    expect(policy.heard.rewrites).toEqual([site, site])
  })

  it('stays a value in ON when ids are text', () => {
    const query = () => db('tags').join('threads as t', (on) => void on.on('t.user_id', '=', 1 as never))
    expect(asUser('u-2', () => String(query()))).toContain(`"t"."user_id" = 'u-2'`)
  })
})
