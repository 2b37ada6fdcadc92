import { describe, expect, it } from 'vitest'
import { compilingKnex, refusalFor2, sqlFor2, testPolicy } from '../../../../test/support/compiling-knex.js'

const kept: { table: string; column: string }[] = []
const db = compilingKnex(
  testPolicy({ open: new Set(['threads', 'posts']), onOwnerKept: (site) => void kept.push(site) }),
)

describe('an open table', () => {
  it('is read, changed and deleted without a predicate, next to an enforced one with its own', () => {
    expect(sqlFor2(() => db('threads').where({ n: 1 }))).toBe('select * from "threads" where "n" = 1')
    expect(sqlFor2(() => db('threads').where({ n: 1 }).update({ title: 'x' }))).toBe(
      `update "threads" set "title" = 'x' where "n" = 1`,
    )
    expect(sqlFor2(() => db('threads').where({ n: 1 }).delete())).toBe('delete from "threads" where "n" = 1')
    expect(sqlFor2(() => db('posts').delete())).toBe('delete from "posts"')
    expect(
      sqlFor2(() => db('threads').join('events', 'events.thread_id', 'threads.id').select('threads.id')),
    ).toBe(
      'select "threads"."id" from "threads" inner join "events" on ("events"."thread_id" = "threads"."id") and "events"."user_id" = 2',
    )
    expect(sqlFor2(() => db('events').whereIn('thread_id', db('threads').select('id')))).toContain(
      'in (select "id" from "threads")) and "events"."user_id" = 2',
    )
  })

  it('keeps the owner’s id as old code wrote it, where it is a condition', () => {
    expect(sqlFor2(() => db('threads').where({ user_id: 1 }))).toBe(
      'select * from "threads" where "user_id" = 1',
    )
    expect(sqlFor2(() => db('events').where({ user_id: 1 }))).toContain('"user_id" = 2')
  })

  it('still stamps new rows with the current user, and refuses another user’s id', () => {
    expect(sqlFor2(() => db('threads').insert({ title: 'x' }))).toBe(
      `insert into "threads" ("title", "user_id") values ('x', 2)`,
    )
    expect(sqlFor2(() => db('threads').insert({ title: 'x', user_id: 1 }))).toContain(`values ('x', 2)`)
    expect(refusalFor2(() => db('threads').insert({ title: 'x', user_id: 7 }))).toBe('foreign_owner')
  })

  it('keeps the owner of a changed row, and reports where the change would have been refused', () => {
    kept.length = 0
    expect(sqlFor2(() => db('threads').where({ id: 5 }).update({ title: 'x', user_id: 1 }))).toBe(
      `update "threads" set "title" = 'x', "user_id" = "threads"."user_id" where "id" = 5`,
    )
    expect(kept).toEqual([])
    expect(sqlFor2(() => db('threads as t').update({ user_id: 7 }))).toBe(
      'update "threads" as "t" set "user_id" = "t"."user_id"',
    )
    expect(kept).toEqual([{ table: 'threads', column: 'user_id' }])
    expect(refusalFor2(() => db('threads').increment('user_id'))).toBe('foreign_owner')
  })

  it('merges into a row of any user and keeps its owner', () => {
    const merged = (more: (insert: ReturnType<typeof insertOf>) => unknown) => sqlFor2(() => more(insertOf()))
    const insertOf = () => db('threads').insert({ id: 5, title: 'x' }).onConflict('id')
    const set = `"id" = "excluded"."id","title" = "excluded"."title","user_id" = "threads"."user_id"`
    expect(merged((insert) => insert.merge())).toMatch(new RegExp(` do update set ${set}$`))
    expect(merged((insert) => insert.merge(['title']))).toMatch(
      / do update set "title" = "excluded"."title"$/,
    )
    expect(merged((insert) => insert.merge({ title: 'y', user_id: 7 }))).toMatch(
      / do update set "title" = 'y',"user_id" = "threads"."user_id"$/,
    )
  })

  it('is still refused without a user, and never truncated', () => {
    expect(refusalFor2(() => db('threads').truncate())).toBe('truncate_refused')
    expect(() => String(db('threads'))).toThrow(/outside every request, without a user/)
  })
})
