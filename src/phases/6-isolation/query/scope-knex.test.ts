import knex from 'knex'
import { describe, expect, it } from 'vitest'
import { actAs, type UserId } from '../../../core/context.js'
import { type QueryPolicy, scopeKnex } from './scope-knex.js'

const policy: QueryPolicy = {
  owned: new Map([
    ['threads', 'user_id'],
    ['events', 'user_id'],
    ['users', 'id'],
  ]),
  usersTable: 'users',
  access: (t) =>
    t === 'users'
      ? 'self'
      : t === 'tags'
        ? 'reference'
        : ['threads', 'events'].includes(t)
          ? 'private'
          : undefined,
  ownerId: 1,
  columns: () => undefined,
  onRewrite: () => {},
  onRaw: (r) => console.log('RAW', r),
}
const as = <T>(id: UserId, work: () => T) => actAs({ kind: 'user', id, person: null }, work)

describe('x', () => {
  it('prints', () => {
    const db = scopeKnex(knex({ client: 'pg' }), () => policy)
    as(2, () => {
      const q = [
        () => db('threads').where({ user_id: 1 }).orWhere('n', 3),
        () => db('threads as t').leftJoin('events as e', 'e.thread_id', 't.id'),
        () => db('threads as t').rightJoin('events as e', 'e.thread_id', 't.id'),
        () => db.with('threads', db('threads').select('id')).from('threads'),
        () => db('threads').insert([{ id: 7 }, { id: 8, user_id: 1 }]),
        () => db('threads').insert({ id: 7 }).onConflict('id').merge(),
        () => db('threads').where({ id: 7 }).del(),
        () => db('users').where({ id: 1 }),
        () => db('threads').whereRaw('user_id = ?', [1]),
        () => db(db.raw('threads as t')).where('t.n', 3),
        () => db('foo'),
        () => db('tags').insert({ id: 1 }),
        () => db.into(db.raw('?? (??)', ['threads', 'n'])).insert(db('events').select('n')),
        () => db('threads').insert(db('events').select('n')),
      ]
      for (const f of q) {
        try {
          console.log(String(f()))
        } catch (e) {
          console.log(String(e))
        }
      }
    })
    expect(1).toBe(1)
  })
})
