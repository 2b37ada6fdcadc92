import { describe, expect, it } from 'vitest'
import { asSystem, compilingKnex, sqlFor2, testPolicy } from '../../../../../test/support/compiling-knex.js'
import type { KnexClient, Raw } from '../knex/knex-internals.js'
import { rawTable } from './raw.js'

const db = compilingKnex()
const raw = (sql: string, bindings?: unknown[]): Raw => (db.client as KnexClient).raw(sql, bindings)

describe('rawTable', () => {
  it.each([
    ['threads', { name: 'threads', alias: 'threads', qualifier: null, columns: null }],
    ['Threads AS T', { name: 'threads', alias: 't', qualifier: null, columns: null }],
    ['public."Threads" t', { name: 'Threads', alias: 't', qualifier: 'public', columns: null }],
    ['threads (id, "N")', { name: 'threads', alias: 'threads', qualifier: null, columns: ['id', 'N'] }],
  ])('reads %j', (sql, table) => {
    expect(rawTable(raw(sql))).toMatchObject(table)
  })

  it('fills in names', () => {
    expect(rawTable(raw('?? (??)', ['s.threads', 'id']))).toMatchObject({
      name: 'threads',
      qualifier: 's',
      columns: ['id'],
    })
  })

  it.each([
    'threads, events',
    'table threads',
    'only threads',
    'lateral (select 1) x',
    'threads where true',
    'f(1) x',
    'exists (select 1 from threads)',
    'threads ()',
  ])('does not take %j for a table', (sql) => {
    expect(rawTable(raw(sql))).toBeNull()
  })
})

describe('raw text', () => {
  it('is reported when it names an owned table or column, without its literals', () => {
    const policy = testPolicy()
    const scoped = compilingKnex(policy)
    sqlFor2(() => scoped.raw("select * from Threads where title = 'it''s mine'"))
    sqlFor2(() => scoped('tags').whereRaw('user_id = ?', [1]))
    sqlFor2(() => scoped.raw('select * from ??', ['threads']))
    sqlFor2(() => scoped('tags').whereRaw('exists (select id from threads)'))
    expect(policy.heard.raws.map((raw) => raw.sql)).toEqual([
      "select * from Threads where title = '…'",
      'user_id = ?',
      'select * from ??',
      'exists (select id from threads)',
    ])
  })

  it('is not reported when it names nothing owned, is only a value, or runs in asSystem', () => {
    const policy = testPolicy()
    const scoped = compilingKnex(policy)
    sqlFor2(() => scoped.raw('select now(), threadsafe from tags where name = ?', ['threads']))
    sqlFor2(() => scoped('threads').where({ id: 1 }).increment('n', 2))
    sqlFor2(() => scoped(scoped.raw('threads as t')))
    asSystem(() => String(scoped.raw('select * from threads')))
    expect(policy.heard.raws).toEqual([])
  })

  it('is reported as what it stands for', () => {
    const policy = testPolicy()
    const scoped = compilingKnex(policy)
    sqlFor2(() => scoped.from(scoped.raw('threads, tags')))
    sqlFor2(() => scoped('tags').joinRaw('join events on true'))
    const kinds = new Set(policy.heard.raws.map((raw) => `${raw.kind}: ${raw.sql}`))
    expect(kinds).toContain('table: threads, tags')
    expect(kinds).toContain('join: join events on true')
  })

  it('that is only a table’s name is scoped like the name', () => {
    expect(sqlFor2(() => db(db.raw('threads as t')))).toBe(
      'select * from threads as t where "t"."user_id" = 2',
    )
  })
})
