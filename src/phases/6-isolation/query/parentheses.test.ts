import { describe, expect, it } from 'vitest'
import { compilingKnex, refusalFor2 } from '../../../../test/support/compiling-knex.js'

const db = compilingKnex()

describe('raw conditions', () => {
  it.each([
    '1=1) or (1=1',
    "title = ')') or (true",
    'true -- the end',
    'true /* the end',
    "title = 'open",
    "title = $$)$$) or ($q$ ' $q$ = ''",
    "title = E'\\') or (1=1 --'",
    '(n = 1',
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

  it.each([
    "title = ':-)'",
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
