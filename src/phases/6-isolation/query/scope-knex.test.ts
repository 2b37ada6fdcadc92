import knex from 'knex'
import { describe, expect, it } from 'vitest'
import {
  asSystem,
  asUser,
  compilingKnex,
  sqlFor2,
  testPolicy,
} from '../../../../test/support/compiling-knex.js'
import { ScopeError } from '../../../core/scope-error.js'
import { scopeKnex } from './scope-knex.js'

describe('scopeKnex', () => {
  it('returns the handle it was given, and adds one layer however often it is called', () => {
    const db = knex({ client: 'pg' })
    expect(scopeKnex(db, () => testPolicy())).toBe(db)
    scopeKnex(db, () => testPolicy())
    expect(sqlFor2(() => db('threads'))).toBe('select * from "threads" where "threads"."user_id" = 2')
  })

  it('leaves other instances of the same knex alone', () => {
    compilingKnex()
    const other = knex({ client: 'pg' })
    expect(sqlFor2(() => other('threads'))).toBe('select * from "threads"')
  })

  it('scopes a builder of another instance nested in a scoped query', () => {
    const db = compilingKnex()
    const other = knex({ client: 'pg' })
    const sql = sqlFor2(() => db('tags').whereIn('id', other('events').select('tag_id')))
    expect(sql).toContain('from "events" where "events"."user_id" = 2')
  })

  it('changes nothing while the policy is null', () => {
    const db = scopeKnex(knex({ client: 'pg' }), () => null)
    expect(String(db('threads').where({ user_id: 1 }))).toBe('select * from "threads" where "user_id" = 1')
  })

  it('applies a policy that is set after the handle is scoped', () => {
    let policy: ReturnType<typeof testPolicy> | 'unconfigured' = 'unconfigured'
    const db = scopeKnex(knex({ client: 'pg' }), () => policy)
    const query = () => db('threads')
    expect(() => sqlFor2(query)).toThrow(expect.objectContaining({ code: 'scope_unconfigured' }))
    policy = testPolicy()
    expect(sqlFor2(query)).toContain('"user_id" = 2')
  })

  it('refuses everything before usertwo() was called, and names the two edits', () => {
    const db = scopeKnex(knex({ client: 'pg' }), () => 'unconfigured')
    expect(() => String(db('tags'))).toThrow(/usertwo\(app, config\).*scope\(db\)/)
    expect(() => String(db.raw('select 1'))).toThrow(expect.objectContaining({ code: 'scope_unconfigured' }))
  })

  it('never changes the builder: compiled twice it has one predicate', () => {
    const db = compilingKnex()
    asUser(2, () => {
      const query = db('threads')
        .join('events', 'events.thread_id', 'threads.id')
        .where({ 'threads.user_id': 1 })
      expect(String(query)).toBe(String(query))
      expect(String(query.clone()).match(/"user_id" = 2/g)).toHaveLength(3)
    })
  })

  it('does not scope asSystem', () => {
    const db = compilingKnex()
    expect(asSystem(() => String(db('threads').where({ user_id: 1 })))).toBe(
      'select * from "threads" where "user_id" = 1',
    )
    expect(asSystem(() => String(db('secrets')))).toBe('select * from "secrets"')
  })

  it.each([Number.NaN, '', ' ', 1.5])('treats the id %j as no user', (id) => {
    const db = compilingKnex()
    expect(() => asUser(id, () => String(db('threads')))).toThrow(
      expect.objectContaining({ code: 'no_current_user' }),
    )
  })

  it('refuses an owned table without a user, and says where to run the query', () => {
    const db = compilingKnex()
    expect(() => String(db('threads'))).toThrow(
      /outside every request, without a user: threads\. .*asUser\(id, work\) or asSystem\(reason, work\)/,
    )
  })

  it('refuses a builder made for another user, clones and nested ones too', () => {
    const db = compilingKnex()
    const made = asUser(2, () => db('threads').select('id'))
    const refusal = expect.objectContaining({ code: 'foreign_builder' })
    expect(() => asUser(3, () => String(made))).toThrow(refusal)
    expect(() => asUser(3, () => String(made.clone()))).toThrow(refusal)
    expect(() => asUser(3, () => String(db('tags').whereIn('id', made)))).toThrow(refusal)
    expect(() => asSystem(() => String(made))).toThrow(refusal)
    expect(() => String(made)).toThrow(expect.objectContaining({ code: 'no_current_user' }))
  })

  it('lets a builder made outside any context run for the user who awaits it', () => {
    const db = compilingKnex()
    const made = db('threads')
    expect(sqlFor2(() => made)).toContain('= 2')
    expect(asUser(3, () => String(made))).toContain('= 3')
  })

  it('lets a user run a builder made in asSystem, restricted to the user, and takes an id as number or text', () => {
    const db = compilingKnex()
    const made = asSystem(() => db('threads'))
    expect(sqlFor2(() => made)).toContain('"threads"."user_id" = 2')
    const mine = asUser(2, () => db('threads'))
    expect(asUser('2', () => String(mine))).toContain(`"threads"."user_id" = '2'`)
  })

  it('scopes the handles that knex makes of a scoped one', () => {
    const db = compilingKnex()
    expect(sqlFor2(() => db.withUserParams({ of: 'the app' }).from('threads'))).toContain(
      '"threads"."user_id" = 2',
    )
    const ofTransaction = Object.create(db.client.constructor.prototype)
    expect(ofTransaction.queryCompiler).toBe(db.client.queryCompiler)
  })

  it('refuses a knex with unknown internals', () => {
    const db = knex({ client: 'pg' })
    Object.assign(db.client, { customWrapIdentifier: undefined })
    expect(() => scopeKnex(db, () => null)).toThrow(ScopeError)
    expect(() => scopeKnex(db, () => null)).toThrow(/customWrapIdentifier/)
  })
})
