import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { actAs } from '../../src/core/context.js'
import { A, B, type TwoLayers, twoLayers } from '../support/two-layers.js'

// The numbers are those of docs/reference/isolation-attacks.md. A asks, B has rows 20 to 22.
let two: TwoLayers
let before: string
beforeAll(async () => {
  two = await twoLayers()
})
afterAll(() => two?.close())
beforeEach(async () => {
  before = await two.printOfB()
  expect(before).toContain('b one')
})
afterEach(async () => {
  expect(await two.printOfB()).toBe(before)
})

type Work<T> = (db: TwoLayers['db']) => PromiseLike<T>
const asA = <T>(work: Work<T>) => two.as(A, () => work(two.db))
const asB = <T>(work: Work<T>) => two.as(B, () => work(two.db))
const ids = (rows: { id: number }[]) => rows.map(({ id }) => id).sort((a, b) => a - b)
const codeOf = (work: PromiseLike<unknown>) =>
  Promise.resolve(work).then(
    () => 'done',
    (error: { code?: string }) => error.code ?? String(error),
  )
/** What A writes here is taken back. */
const undone = <T>(work: Work<T>) =>
  asA(async (db) => {
    const trx = await db.transaction()
    try {
      return await work(trx)
    } finally {
      await trx.rollback()
    }
  })

describe('reading', () => {
  test('I1 a list holds own rows', async () => {
    expect(ids(await asA((db) => db('books')))).toEqual([11, 12])
  })
  test('I2, case 101: a foreign id finds what a missing one finds', async () => {
    expect(await asA((db) => db('books').where({ id: 21 }).first())).toBe(
      await asA((db) => db('books').where({ id: 999 }).first()),
    )
  })
  test('I6 a filter for another user finds none of their rows', async () => {
    expect(await asA((db) => db('books').where({ user_id: B }))).toEqual([])
  })
  test('I7, I30 an OR stays among own rows', async () => {
    const found = asA((db) => db('books').where('title', 'like', '%one').orWhere('title', 'like', 'b%'))
    expect(ids(await found)).toEqual([11])
    expect(ids(await asA((db) => db('books').whereRaw('1 = 1 or true').orWhereNull('n')))).toEqual([11, 12])
  })
  test('I8 sorting, limits and cursors from another user stay among own rows', async () => {
    expect(ids(await asA((db) => db('books').orderBy('id', 'desc').limit(9)))).toEqual([11, 12])
    expect(await asA((db) => db('books').where('id', '>', 20).orderBy('id'))).toEqual([])
    expect(await asA((db) => db('books').orderBy('id').offset(2))).toEqual([])
  })
  test('I9, I10 counts, sums and groups are over own rows', async () => {
    const [row] = await asA((db) => db('books').count('* as n').sum('n as sum').max('id as max'))
    expect(row).toEqual({ n: '2', sum: '3', max: 12 })
    expect(await asA((db) => db('books').select('user_id').count('* as n').groupBy('user_id'))).toEqual([
      { user_id: A, n: '2' },
    ])
  })
  test('I26 an outer join shows no foreign names', async () => {
    const rows = asA((db) =>
      db('books as b')
        .leftJoin('piles as p', (on) => on.onVal('p.id', 20))
        .select('b.id', 'p.name'),
    )
    expect(await rows).toEqual([
      { id: 11, name: null },
      { id: 12, name: null },
    ])
  })
  test('I27 sub-queries are over own rows in every place', async () => {
    const inList = asA((db) => db('books').whereIn('pile_id', db('piles').select('id').where({ id: 20 })))
    expect(await inList).toEqual([])
    expect(await asA((db) => db('books').whereExists(db('piles').where({ id: 20 })))).toEqual([])
    const [row] = await asA((db) => db('tags').select(db('books').max('id').as('max')))
    expect(row).toEqual({ max: 12 })
  })
  test('I28 CTEs are over own rows, one named like its table too', async () => {
    const named = asA((db) => db.with('books', db('books')).from('books').select('id'))
    expect(ids(await named)).toEqual([11, 12])
    const recursive = asA((db) =>
      db
        .withRecursive('r', (q) => {
          q.select('id')
            .from('books')
            .unionAll((u) => u.select('books.id').from('books').join('r', 'r.id', '<', 'books.id'))
        })
        .from('r')
        .distinct('id'),
    )
    expect(ids(await recursive)).toEqual([11, 12])
  })
  test('I29 every branch of a union is over own rows', async () => {
    const rows = asA((db) =>
      db('books').select('id').union(db('piles').select('id'), db('books').select('n')),
    )
    expect(ids(await rows)).toEqual([1, 2, 10, 11, 12])
  })
  test('I31 raw text without an owner is limited by the database', async () => {
    const { rows } = await asA((db) => db.raw<{ rows: { id: number }[] }>('select id from books'))
    expect(ids(rows)).toEqual([11, 12])
  })
  test('I40 a stream holds own rows', async () => {
    const rows: { id: number }[] = []
    await asA(async (db) => {
      for await (const row of db('books').stream()) rows.push(row as { id: number })
    })
    expect(ids(rows)).toEqual([11, 12])
  })
  test('I58 a shared table is read by both and written by neither', async () => {
    expect(await asA((db) => db('tags'))).toEqual(await asB((db) => db('tags')))
    expect(await codeOf(asA((db) => db('tags').insert({ name: 'x' })))).toBe('table_closed')
    expect(await codeOf(asA((db) => db.raw("insert into tags (name) values ('x')")))).toBe('42501')
  })
})

describe('writing', () => {
  test('I3, I4, I5 a foreign row is changed and deleted as a missing one is', async () => {
    for (const id of [21, 999]) {
      expect(await undone((db) => db('books').where({ id }).update({ title: 'x' }))).toBe(0)
      expect(await undone((db) => db('books').where({ id }).delete())).toBe(0)
    }
  })
  test('I11 a row made for another user is refused; one for the owner, as in old code, becomes the current user’s', async () => {
    expect(await codeOf(undone((db) => db('books').insert({ title: 'x', user_id: B })))).toBe('foreign_owner')
    const made = two.as(B, async () => {
      const trx = await two.db.transaction()
      try {
        return await trx('books').insert({ title: 'x', user_id: A }).returning('user_id')
      } finally {
        await trx.rollback()
      }
    })
    expect(await made).toEqual([{ user_id: B }])
  })
  test('I12 a row is not given away', async () => {
    expect(await codeOf(undone((db) => db('books').where({ id: 11 }).update({ user_id: B })))).toBe(
      'foreign_owner',
    )
    const raw = undone((db) => db.raw('update books set user_id = 2 where id = 11'))
    expect(await codeOf(raw)).toBe('42501')
  })
  test('I14 an id of another user’s row overwrites nothing', async () => {
    const made = await undone((db) => db('books').insert({ id: 21, title: 'x' }).returning(['id', 'user_id']))
    expect(made).toEqual([{ id: expect.any(Number), user_id: A }])
    expect(ids(made)).not.toContain(21)
  })
  test('I15 a bulk insert with one foreign owner is refused whole', async () => {
    const rows = [{ title: 'x' }, { title: 'y', user_id: B }]
    expect(await codeOf(undone((db) => db('books').insert(rows)))).toBe('foreign_owner')
  })
  test('I16, I17, I19, case 104: a foreign parent is answered as a missing one is', async () => {
    for (const pile_id of [20, 999]) {
      expect(await codeOf(undone((db) => db('books').insert({ title: 'x', pile_id })))).toBe('23503')
      expect(await codeOf(undone((db) => db('books').where({ id: 11 }).update({ pile_id })))).toBe('23503')
      expect(await codeOf(undone((db) => db('shelves').insert({ book_id: 11, pile_id })))).toBe('23503')
    }
  })
  test('I18 raw text cannot plant a child under a foreign parent', async () => {
    const planted = asA((db) =>
      db.transaction((trx) => trx.raw("insert into books (title, pile_id) values ('x', 20)")),
    )
    expect(await codeOf(planted)).toBe('23503')
  })
  test('I20 a bulk delete by ids takes own rows only', async () => {
    expect(await undone((db) => db('books').whereIn('id', [11, 21]).delete())).toBe(1)
  })
  test('I24 a shift of positions touches own rows only', async () => {
    expect(await undone((db) => db('books').increment('n', 1))).toBe(2)
  })
  test('I32 raw writes without a condition reach own rows only', async () => {
    const { rowCount } = await undone((db) => db.raw<{ rowCount: number }>("update books set title = 'x'"))
    expect(rowCount).toBe(2)
    const gone = await undone((db) => db.raw<{ rowCount: number }>('delete from books'))
    expect(gone.rowCount).toBe(2)
  })
  test('I33 a merge on a foreign key changes nothing', async () => {
    const merged = undone((db) =>
      db('books').insert({ id: 21, title: 'x' }).onConflict('id').merge().returning('*'),
    )
    const made = await merged
    expect(ids(made)).not.toContain(21)
    expect(made.every(({ user_id }) => user_id === A)).toBe(true)
  })
  test('I36 RETURNING gives own columns only', async () => {
    const rows = undone((db) => db('books').update({ n: 9 }).returning(['id', 'user_id']))
    expect((await rows).every(({ user_id }) => user_id === A)).toBe(true)
  })
  test('I57 a row without an owner cannot be', async () => {
    expect(await codeOf(two.stored("insert into books (title, user_id) values ('x', null)"))).toBe('23502')
  })
})

describe('the current user', () => {
  test('I37 after a rollback the connection is the next person’s', async () => {
    for (let round = 0; round < 4; round++) {
      await undone((db) => db('books').update({ n: 7 }))
      expect(ids(await asB((db) => db('books')))).toEqual([21, 22])
    }
  })
  test('I38, I39 savepoints and nested transactions keep the person', async () => {
    let found: { id: number }[] = []
    await asA((db) =>
      db.transaction(async (trx) => {
        await trx.transaction(async (inner) => void (await inner.raw('select 1/0'))).catch(() => {})
        await trx.transaction(async (inner) => {
          found = await inner('books')
        })
      }),
    )
    expect(ids(found)).toEqual([11, 12])
  })
  test('I42 nothing of a person stays on a connection after an error', async () => {
    for (let round = 0; round < 4; round++) {
      await codeOf(asA((db) => db.raw('select 1/0')))
      const { rows } = await two.db.raw("select current_setting('usertwo.user_id', true) as who")
      expect(rows).toEqual([{ who: 'outside' }])
      expect(await codeOf(two.db.raw('select count(*) from books'))).toBe('no_current_user')
    }
  })
  test('I43 outside every request both layers refuse, and to an anonymous request the database shows nothing', async () => {
    expect(await codeOf(two.db('books'))).toBe('no_current_user')
    expect(await codeOf(actAs(null, () => two.db('books').then((rows) => rows)))).toBe('no_current_user')
    const raw = () => two.db.raw<{ rows: unknown[] }>('select id from books').then(({ rows }) => rows)
    expect(await codeOf(raw())).toBe('no_current_user')
    expect(await actAs(null, raw)).toEqual([])
  })
  test.each([undefined, null, '', ' ', Number.NaN, 'none', 'system'])('I44 %j is not a user', async (id) => {
    const rows = two.as(id as never, () => two.db('books').select('id'))
    expect(
      await rows.then(
        (found) => found.length,
        () => 0,
      ),
    ).toBe(0)
  })
  test('I44 an id is never read as SQL', async () => {
    expect(await codeOf(two.as('1 or 1=1', () => two.db('books')))).not.toBe('done')
  })
  test('I49 a query made for one person does not run as another', async () => {
    const query = await two.as(B, async () => ({ query: two.db('books') }))
    expect(await codeOf(asA(() => query.query))).toBe('foreign_builder')
  })
  test('I50 the request role cannot become a superuser, empty a table or switch security off', async () => {
    for (const text of [
      'set role postgres',
      'set session authorization postgres',
      'truncate books',
      'alter table books disable row level security',
      'drop policy usertwo_select on books',
    ])
      expect(await codeOf(asA((db) => db.raw(text)))).toBe('42501')
  })
  test('I69 no user waits for a row that another user has locked', async () => {
    const held = await two.as(B, async () => {
      const trx = await two.db.transaction()
      await trx('books').where({ id: 21 }).forUpdate()
      return { release: () => two.as(B, () => trx.rollback()) }
    })
    try {
      const asked = performance.now()
      const found = await asA((db) => db('books').where({ id: 21 }).forUpdate())
      expect(found).toEqual([])
      expect(performance.now() - asked).toBeLessThan(2000)
    } finally {
      await held.release()
    }
  })
  test('I54 COPY to a file or program of the server is refused', async () => {
    expect(await codeOf(asA((db) => db.raw("copy books to program 'cat'")))).toBe('42501')
  })
})
