import { describe, expect, it } from 'vitest'
import {
  asSystem,
  compilingKnex,
  refusalFor2,
  sqlFor2,
  testPolicy,
} from '../../../../../test/support/compiling-knex.js'

const strict = compilingKnex(testPolicy({ rawQueries: 'refuse' }))

describe("raw SQL where rawQueries is 'refuse'", () => {
  it.each([
    ['select * from threads', []],
    ['select * from tags, "threads" t', []],
    ['select 1 from public.threads', []],
    ['select * from tags join threads on true', []],
    ['SELECT * FROM /* a */ Threads', []],
    ['select * from (threads) x', []],
    ['update threads set n = 1', []],
    ['insert into threads (n) values (1)', []],
    ['delete from only threads', []],
    ['table threads', []],
    ['with x as (select * from threads) select * from x', []],
    ['select username from users', []],
    ['select ? from ?? where n = ?', [1, 'threads', 2]],
    ['select * from :name:', { name: 's.threads' }],
    ['select * from ??', 'threads'],
    ['select * from /* /* */ tags */ threads', []],
    ['select * from app.public.threads', []],
    ['select * from U&"thr\\0065ads"', []],
  ])('is refused when it is %j', (sql, bindings) => {
    expect(refusalFor2(() => strict.raw(sql, bindings as never))).toBe('raw_refused')
  })

  it.each([
    'select 1',
    'select * from tags',
    "select 'from threads'",
    'select 1 /* /* */ from threads */',
    'select * from threads_of_tags',
  ])('goes out when it is %j', (sql) => {
    expect(refusalFor2(() => strict.raw(sql))).toBeNull()
  })

  it('is refused in every place of a builder that reads a table, and no other', () => {
    const inside = 'exists (select 1 from threads)'
    for (const query of [
      () => strict('tags').whereRaw(inside),
      () => strict('tags').select(strict.raw(`(select max(id) from threads) as m`)),
      () => strict('tags').joinRaw('join threads on true'),
      () => strict.from(strict.raw('threads, tags')),
      () => strict('tags').where('id', strict.raw('(select id from threads)')),
      () => strict('tags').orderByRaw(`case when ${inside} then 1 end`),
    ])
      expect(refusalFor2(query), String(query)).toBe('raw_refused')
    expect(
      sqlFor2(() =>
        strict('threads as t')
          .whereRaw('t.n > 1 and extract(year from t.made) = 2026')
          .orderByRaw('threads.title, t.id')
          .select(strict.raw('count(*) filter (where threads.user_id is distinct from threads.n)')),
      ),
    ).toContain('"t"."user_id" = 2')
    expect(sqlFor2(() => strict(strict.raw('threads as t')))).toContain('"t"."user_id" = 2')
    expect(sqlFor2(() => strict.raw('select * from (?) x', [strict('threads')]))).toContain(
      '"threads"."user_id" = 2',
    )
  })

  it('goes out in asSystem', () => {
    expect(asSystem(() => String(strict.raw('select * from threads')))).toBe('select * from threads')
  })

  it('is refused with the table, what to do, and the text without a value', () => {
    expect(() =>
      sqlFor2(() => strict.raw(`select * from threads where title = 'mine' and n in (7, 8)`)),
    ).toThrow(
      /^raw SQL reaches "threads", an owned table, .*asSystem.*rawQueries: \{ declared: \[…\] \}.*: select \* from threads where title = '…' and n in \(…, …\)$/,
    )
  })
})

describe('a declared text', () => {
  const policy = testPolicy({
    rawQueries: {
      declared: ['select count(*) from threads\n  where n = 5', "select * from threads where title = '…'"],
    },
  })
  const some = compilingKnex(policy)

  it('goes out with whatever values, and is reported', () => {
    expect(refusalFor2(() => some.raw('select count(*) from threads where n = 7'))).toBeNull()
    expect(refusalFor2(() => some.raw("select * from threads where title = 'x'"))).toBeNull()
    expect(policy.heard.raws.map(({ sql }) => sql)).toEqual([
      'select count(*) from threads where n = …',
      "select * from threads where title = '…'",
    ])
  })

  it('lets no other through', () => {
    expect(refusalFor2(() => some.raw('select count(*) from threads where n = 5 or true'))).toBe(
      'raw_refused',
    )
  })
})
