import { describe, expect, it } from 'vitest'
import { compilingKnex, sqlFor2 } from '../../../../test/support/compiling-knex.js'

const db = compilingKnex()
const OWN = 'from "threads" where "threads"."user_id" = 2'

describe('a CTE', () => {
  it('named like a table is the table inside and the CTE outside', () => {
    expect(sqlFor2(() => db.with('threads', db('threads').select('id')).from('threads'))).toBe(
      `with "threads" as (select "id" ${OWN}) select * from "threads"`,
    )
  })

  it('hides the table from the CTEs after it, and from sub-queries', () => {
    const hidden = () => db.with('threads', db('tags')).with('b', db('threads')).from('b')
    expect(sqlFor2(() => hidden().whereIn('id', db('threads').select('id')))).not.toContain('user_id')
  })

  it('does not hide the table from the CTEs before it', () => {
    const before = () => db.with('b', db('threads')).with('threads', db('tags')).from('b')
    expect(sqlFor2(before)).toContain(`(select * ${OWN})`)
  })

  it('with RECURSIVE hides the table everywhere', () => {
    const recursive = () => db.withRecursive('threads', db('tags').unionAll(db('threads'))).from('threads')
    expect(sqlFor2(recursive)).not.toContain('user_id')
  })

  it('never hides a table with a schema, nor the target of a write', () => {
    const scoped = '"threads"."user_id" = 2'
    expect(sqlFor2(() => db.with('threads', db('tags')).from('public.threads'))).toContain(scoped)
    expect(sqlFor2(() => db.with('threads', db('tags')).withSchema('s').from('threads'))).toContain(scoped)
    expect(sqlFor2(() => db('threads').with('threads', db('tags')).del())).toContain(scoped)
  })

  it('is over when its statement is', () => {
    const hidden = () => db.with('threads', db('tags')).from('threads')
    expect(sqlFor2(() => db('tags').whereExists(hidden()).whereExists(db('threads')))).toContain(
      `exists (select * ${OWN})`,
    )
  })

  it('that writes is scoped', () => {
    expect(sqlFor2(() => db.with('gone', db('threads').del().returning('*')).from('gone'))).toContain(
      `(delete ${OWN}`,
    )
  })
})
