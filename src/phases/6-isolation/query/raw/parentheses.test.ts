import { describe, expect, it } from 'vitest'
import { compilingKnex, refusalFor2 } from '../../../../../test/support/compiling-knex.js'

const db = compilingKnex()

describe('U6: raw conditions', () => {
  it.each([
    '1=1) or (1=1',
    "title = ')') or (true",
    'true -- the end',
    'true /* the end',
    "title = 'open",
    "title = $$)$$) or ($q$ ' $q$ = ''",
    '(n = 1',
    '1=1 /* /* */ ( */ ) or ( 1=1 /* /* */ ) */',
    "title = e'a'\n'\\'') or (true or title = ''",
    '1=1 -- a\r) or (true',
  ])('that leave their parentheses are refused: %s', (sql) => {
    expect(refusalFor2(() => db('threads').whereRaw(sql))).toBe('raw_refused')
    expect(
      refusalFor2(() =>
        db('threads')
          .where({ n: 1 })
          .orWhere((q) => void q.whereRaw(sql)),
      ),
    ).toBe('raw_refused')
    expect(refusalFor2(() => db('threads').where('n', db.raw(sql)))).toBe('raw_refused')
    expect(refusalFor2(() => db('threads').where('n', db.raw('? + 1', [db.raw(sql)])))).toBe('raw_refused')
    expect(refusalFor2(() => db('tags').join('threads', (on) => void on.on(db.raw(sql))))).toBe('raw_refused')
  })

  it('is refused when a name or raw text given to it would close a quote', () => {
    for (const bindings of [["x') or (1=1"], [db.raw("' ) or ( '")]])
      expect(refusalFor2(() => db('threads').whereRaw("title = '??'", bindings as never))).toBe('raw_refused')
  })

  it.each([
    "title = ':-)'",
    "title = E'\\') or (1=1 --'",
    "title = e'a'\n'\\') ('",
    'n = 1 /* /* ( */ ( */',
    '"odd)" = 1',
    "title = 'it''s (' and (n = 1)",
    'n = 1 /* :-) */',
    'n = 1 -- one)\n',
    'n->>$1 = $$($$',
  ])('that keep them are not: %s', (sql) => {
    expect(refusalFor2(() => db('threads').whereRaw(sql))).toBeNull()
  })

  it('is refused in the place of a column, of an operator and of one value of several', () => {
    const raw = db.raw('1 = 1) or (1') as never
    expect(refusalFor2(() => db('threads').where(raw, 1))).toBe('raw_refused')
    expect(refusalFor2(() => db('threads').where(raw, null))).toBe('raw_refused')
    expect(refusalFor2(() => db('threads').where('n', db.raw('= 1) or (n =') as never, 1))).toBe(
      'raw_refused',
    )
    expect(refusalFor2(() => db('threads').whereBetween('n', [1, raw]))).toBe('raw_refused')
    expect(refusalFor2(() => db('threads').whereIn('n', [1, raw]))).toBe('raw_refused')
  })

  it('is refused when a balanced one follows', () => {
    expect(refusalFor2(() => db('threads').whereRaw('1=1) or (1=1').whereRaw('(true)'))).toBe('raw_refused')
  })

  it('is refused when it fits the parentheses of the text it is given to, and no others', () => {
    const escaping = () => db.raw('true) or (true')
    for (const [sql, bindings] of [
      ['(? and ?)', [escaping(), 1]],
      ['(:a and :b)', { a: escaping(), b: 1 }],
      ['(?)', [db.raw('?', [escaping()])]],
      ['(?)', [db.raw('(?)', [escaping()])]],
    ] as [string, never][])
      expect(refusalFor2(() => db('threads').whereRaw(sql, bindings))).toBe('raw_refused')
    expect(refusalFor2(() => db('threads').whereRaw('(?)', [db.raw('(?)', [1])]))).toBeNull()
    expect(refusalFor2(() => db('threads').whereRaw('(:a)', { a: db.raw('(n)') } as never))).toBeNull()
  })

  it('may open what a later one closes', () => {
    expect(refusalFor2(() => db('threads').whereRaw('(n = 1').orWhereRaw('n = 2)'))).toBeNull()
    expect(refusalFor2(() => db('threads').whereRaw('n = 1)').orWhereRaw('(n = 2'))).toBe('raw_refused')
  })
})
