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

  it('is named by all of a quoted alias, and by what precedes the column list of an unquoted one', () => {
    const listed = (of: typeof db) => sqlFor2(() => of.with('threads(id, n)', of('tags')).from('threads'))
    expect(listed(db)).toBe(`with "threads(id, n)" as (select * from "tags") select * ${OWN}`)
    expect(listed(compilingKnex(undefined, { wrapIdentifier: (name) => name }))).toBe(
      'with threads(id, n) as (select * from tags) select * from threads',
    )
  })

  it('with RECURSIVE hides the table from the CTEs before it, whichever of them is recursive', () => {
    const recursive = () => db.withRecursive('b', db('threads')).with('threads', db('tags')).from('b')
    expect(sqlFor2(recursive)).not.toContain('user_id')
  })

  it('hides the table from the CTEs of the queries in its statement', () => {
    const inner = () => db.with('b', db('threads')).from('b').as('inner')
    expect(sqlFor2(() => db.with('threads', db('tags')).from(inner()))).not.toContain('user_id')
    expect(sqlFor2(() => db.from(inner()))).toContain(`with "b" as (select * ${OWN})`)
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
