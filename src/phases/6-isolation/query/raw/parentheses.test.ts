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

  it('may open what a later one closes', () => {
    expect(refusalFor2(() => db('threads').whereRaw('(n = 1').orWhereRaw('n = 2)'))).toBeNull()
    expect(refusalFor2(() => db('threads').whereRaw('n = 1)').orWhereRaw('(n = 2'))).toBe('raw_refused')
  })
})
