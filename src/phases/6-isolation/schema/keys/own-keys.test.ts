import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { outcome, type Pile, pile } from '../../../../../test/support/ownership-pile.js'
import { lintOwnership } from '../lint.js'
import { planOwnership } from '../plan/plan-ownership.js'
import { reconcileOwnership } from '../reconcile.js'

let db: Pile
beforeEach(async () => {
  db = await pile()
  await db.admin.query("insert into users values (2, 'second')")
})
afterEach(() => db?.close())

const chosen = () => ({
  ...db.plan,
  tables: {
    ...db.plan.tables,
    threads: { owner: 'user_id', access: 'private' as const, keys: 'chosen' as const },
  },
})
const insert = async (who: number, id: number | null, title = 'x'): Promise<number> => {
  const client = await db.as(who)
  const columns = id === null ? '(title)' : '(title, id)'
  const values = id === null ? '($1)' : `($1, ${id})`
  const { rows } = await client.query(`insert into threads ${columns} values ${values} returning id`, [title])
  return rows[0].id
}

describe('a number that a request gives for a generated key', () => {
  test('is dropped: a taken one, the next one, and an unused one', async () => {
    await reconcileOwnership(db.app, db.plan)
    expect(await insert(2, 1)).toBe(6)
    expect(await insert(2, 8)).toBe(7)
    expect(await insert(2, 500)).toBe(8)
    expect(await insert(1, null)).toBe(9)
  })

  test('never makes the next write fail, in one statement, on one connection or another', async () => {
    await reconcileOwnership(db.app, db.plan)
    const [first, second] = [await db.as(1), await db.as(2)]
    for (let n = 0; n < 5; n++) {
      const { rows } = await db.admin.query<{ next: number }>('select max(id) + 1 as next from threads')
      const next = rows[0]!.next
      await second.query(
        `insert into threads (title, id) values ('a', ${next}), ('b', ${next + 1}), ('c', ${next + 3})`,
      )
      await first.query("insert into threads (title) values ('mine'), ('mine too')")
    }
    const { rows } = await db.admin.query(
      'select count(*)::int as n, count(distinct id)::int as ids from threads',
    )
    expect(rows).toEqual([{ n: 30, ids: 30 }])
  })

  test('the number that the connection made last is treated like any other', async () => {
    await reconcileOwnership(db.app, db.plan)
    const shared = await db.as(1)
    await shared.query("insert into threads (title) values ('mine')")
    await shared.query("select set_config('usertwo.user_id', '2', false)")
    const { rows } = await shared.query("insert into threads (title, id) values ('theirs', 6) returning id")
    expect(rows).toEqual([{ id: 7 }])
  })

  test('is treated like any other on a connection after discard all, and after a rolled-back write', async () => {
    await reconcileOwnership(db.app, db.plan)
    const client = await db.as(2)
    const give = async (id: number) =>
      (await client.query(`insert into threads (title, id) values ('x', ${id}) returning id`)).rows
    await client.query("insert into threads (title) values ('mine')")
    await client.query('discard all')
    expect(await give(1)).toEqual([{ id: 7 }])
    await client.query("begin; insert into threads (title) values ('not for long'); rollback")
    expect(await give(1)).toEqual([{ id: 9 }])
  })

  test('is checked by usertwo’s function: a trigger with its name that calls another function is replaced', async () => {
    await reconcileOwnership(db.app, db.plan)
    await db.app.query(`create function other() returns trigger language plpgsql as 'begin return new; end';
      drop trigger usertwo_key_id on threads;
      create trigger usertwo_key_id before insert on threads for each row execute function other()`)
    const steps = await planOwnership(db.app, db.plan)
    expect(steps.map(({ name }) => name)).toEqual(['public.threads: keys that requests give'])
    await reconcileOwnership(db.app, db.plan)
    expect(await planOwnership(db.app, db.plan)).toEqual([])
    expect(await insert(2, 1)).toBe(6)
  })

  test('is kept where a row of the same user has it, so that an upsert finds it', async () => {
    await reconcileOwnership(db.app, db.plan)
    const client = await db.as(1)
    const upsert =
      "insert into threads (id, title) values (3, 'new') on conflict (id) do update set title = excluded.title returning id, title"
    expect((await client.query(upsert)).rows).toEqual([{ id: 3, title: 'new' }])
  })

  test('is changed by no update: a row keeps its key, also in a merge on something else', async () => {
    await db.app.query('create unique index on threads (user_id, title)')
    await reconcileOwnership(db.app, db.plan)
    const client = await db.as(1)
    const { rows } = await client.query(
      "update threads set id = 900, title = 'changed' where id = 4 returning id, title",
    )
    expect(rows).toEqual([{ id: 4, title: 'changed' }])
    const merge =
      "insert into threads (id, title) values (901, 'changed') on conflict (user_id, title) do update set id = excluded.id returning id"
    expect((await client.query(merge)).rows).toEqual([{ id: 4 }])
    await (await db.system()).query('update threads set id = 902 where id = 4')
    expect((await db.admin.query('select max(id) as last from threads')).rows).toEqual([{ last: 902 }])
  })

  test('is left to the app where the number may occur twice', async () => {
    await db.app.query('alter table threads add position serial')
    await reconcileOwnership(db.app, db.plan)
    const { rows } = await (await db.as(2)).query(
      "insert into threads (title, position) values ('x', 2) returning position",
    )
    expect(rows).toEqual([{ position: 2 }])
  })

  test('is left to the app outside requests', async () => {
    await reconcileOwnership(db.app, db.plan)
    await db.app.query("insert into threads (id, title) values (900, 'by the owner below phase 6')")
    await (await db.system()).query("insert into threads (id, title, user_id) values (901, 'by a job', 2)")
    const { rows } = await db.admin.query('select id from threads where id >= 900 order by id')
    expect(rows).toEqual([{ id: 900 }, { id: 901 }])
  })
})

describe('a uuid that a request gives', () => {
  const uuid = (n: number) => `00000000-0000-4000-8000-00000000000${n}`
  const plan = (keys?: 'chosen') => ({
    ...db.plan,
    tables: {
      ...db.plan.tables,
      notes: { owner: 'user_id', access: 'private' as const, ...(keys && { keys }) },
      drafts: { owner: 'user_id', access: 'private' as const },
    },
  })
  beforeEach(() =>
    db.app.query(`create table notes (id uuid primary key default gen_random_uuid(), title text);
      create table drafts (id uuid primary key, title text);
      insert into notes values ('${uuid(1)}', 'the owner’s'); insert into drafts values ('${uuid(1)}', 'the owner’s')`),
  )
  const give = async (who: number, id: string, table = 'notes') =>
    outcome(await db.as(who), `insert into ${table} (id, title) values ('${id}', 'x') returning id`)

  test('is kept, also by an upsert, and another user’s key is refused', async () => {
    await reconcileOwnership(db.app, plan())
    expect(await planOwnership(db.app, plan())).toEqual([])
    const upsert = `insert into notes values ('${uuid(3)}', 'new') on conflict (id) do update set title = excluded.title returning id`
    const b = await db.as(2)
    expect([await outcome(b, upsert), await outcome(b, upsert)].flat()).toEqual([
      { id: uuid(3) },
      { id: uuid(3) },
    ])
    expect([await give(2, uuid(1)), await give(2, uuid(2))].flat()).toEqual(['23505', { id: uuid(2) }])
    expect((await db.admin.query('select count(*)::int as n from notes')).rows).toEqual([{ n: 3 }])
  })

  test('is one per user after a contract, where the configuration says that requests choose it', async () => {
    const tables = {
      ...db.plan.tables,
      notes: {
        owner: 'user_id',
        access: 'private' as const,
        keys: 'chosen' as const,
        unique: ['notes_pkey'],
      },
      drafts: { owner: 'user_id', access: 'private' as const, unique: ['drafts_pkey'] },
    }
    const own = { ...db.plan, tables }
    await reconcileOwnership(db.app, own)
    expect(await give(2, uuid(1))).toBe('23505')
    await reconcileOwnership(db.app, own, { contract: true })
    expect(await planOwnership(db.app, own, { contract: true })).toEqual([])
    for (const table of ['notes', 'drafts']) {
      expect(await give(2, uuid(1), table), table).toEqual([{ id: uuid(1) }])
      expect(await give(2, uuid(1), table), table).toBe('23505')
      expect((await db.admin.query(`select title from ${table} where user_id = 1`)).rows).toEqual([
        { title: 'the owner’s' },
      ])
    }
    expect(await lintOwnership(db.app, own)).toEqual([])
  })

  test('that a foreign key points to is one per user with the key that points to it', async () => {
    await db.app.query('create table pages (id serial primary key, note uuid references notes)')
    const entry = { owner: 'user_id', access: 'private' as const, keys: 'chosen' as const }
    const tables = {
      ...db.plan.tables,
      notes: { ...entry, unique: ['notes_pkey'] },
      drafts: { owner: 'user_id', access: 'private' as const },
      pages: { owner: 'user_id', access: 'private' as const },
    }
    const own = { ...db.plan, tables }
    await reconcileOwnership(db.app, own, { contract: true })
    expect(await planOwnership(db.app, own, { contract: true })).toEqual([])
    const b = await db.as(2)
    const below = `insert into pages (note) values ('${uuid(1)}')`
    expect(await outcome(b, below)).toBe('23503')
    expect(await give(2, uuid(1))).toEqual([{ id: uuid(1) }])
    expect(await outcome(b, below)).toEqual([1])
    expect(await lintOwnership(db.app, own)).toEqual([])
  })

  test('is kept where the app makes them, and where the table says so, and overwrites no other user’s row', async () => {
    await reconcileOwnership(db.app, plan('chosen'))
    expect(await planOwnership(db.app, plan('chosen'))).toEqual([])
    expect(await give(2, uuid(2))).toEqual([{ id: uuid(2) }])
    expect(await give(2, uuid(2), 'drafts')).toEqual([{ id: uuid(2) }])
    const upsert = `insert into drafts values ('${uuid(1)}', 'theirs') on conflict (id) do update set title = excluded.title`
    expect(await outcome(await db.as(2), upsert)).toBe('42501')
    expect((await db.admin.query(`select title from drafts where id = '${uuid(1)}'`)).rows).toEqual([
      { title: 'the owner’s' },
    ])
  })
})

describe('where keys may be chosen', () => {
  test('a user’s deleted row can be restored under its key, and no other user gets it', async () => {
    await reconcileOwnership(db.app, chosen())
    const id = await insert(2, null)
    await (await db.as(2)).query('delete from threads where id = $1', [id])
    expect(await insert(1, id)).not.toBe(id)
    expect(await insert(2, id)).toBe(id)
  })

  test('a row deleted before counts as the owner’s', async () => {
    await db.app.query('delete from events; delete from threads where id = 4')
    await reconcileOwnership(db.app, chosen())
    expect(await insert(2, 4)).not.toBe(4)
    expect(await insert(1, 4)).toBe(4)
    expect(await insert(1, 500)).not.toBe(500)
  })

  test('nothing is left to do, no finding is reported, and it can be undone', async () => {
    await reconcileOwnership(db.app, chosen())
    expect(await planOwnership(db.app, chosen())).toEqual([])
    expect(await lintOwnership(db.app, chosen())).toEqual([])
    await reconcileOwnership(db.app, db.plan)
    expect(await planOwnership(db.app, db.plan)).toEqual([])
    await (await db.as(1)).query('delete from threads where id = 5')
    expect(await insert(1, 5)).not.toBe(5)
  })

  test('an identity that is always generated is refused', async () => {
    const plan = {
      ...db.plan,
      tables: {
        ...db.plan.tables,
        snapshots: { owner: 'user_id', access: 'private' as const, keys: 'chosen' as const },
      },
    }
    await expect(planOwnership(db.app, plan)).rejects.toThrow(/snapshots: keys: 'chosen' is for/)
  })
})

describe('the sequence of a key goes past the rows, which may have come with numbers of their own', () => {
  const SEQUENCES = `create table users (id serial primary key, username text);
    insert into users values (1, 'owner');
    create table ahead (id serial primary key, t text);
    insert into ahead (t) values ('x'); insert into ahead values (7, 'imported');
    create table behind (id serial primary key, t text);
    insert into behind (t) values ('x'); select setval('behind_id_seq', 50);
    create table counted (id serial primary key, t text);
    insert into counted (t) values ('x'); insert into counted values (5, 'imported'), (2147483647, 'the sentinel');
    create sequence numbers increment by -1;
    create table down (id int primary key default nextval('numbers'), t text); alter sequence numbers owned by down.id;
    insert into down (t) values ('a'), ('b'), ('c'); insert into down values (-9, 'imported'), (3, 'by hand');
    create sequence least increment by -1 minvalue -100;
    create table lowest (id int primary key default nextval('least'), t text); alter sequence least owned by lowest.id;
    insert into lowest values (-100, 'the sentinel'), (-200, 'imported');
    create table short (id int generated by default as identity (maxvalue 1000) primary key, t text);
    insert into short values (5000, 'imported'), (4, 'imported');
    create table large (id bigserial primary key, t text);
    insert into large (t) values ('x'); insert into large values (7, 'imported'), (9007199254740991, 'Number.MAX_SAFE_INTEGER')`

  test.each([
    ['ahead', 8],
    ['behind', 51],
    ['counted', 6],
    ['down', -10],
    ['lowest', -1],
    ['short', 5],
    ['large', '8'],
  ])('%s', async (table, next) => {
    await db.close()
    db = await pile({ schema: SEQUENCES, tables: { [table]: { owner: 'user_id', access: 'private' } } })
    await reconcileOwnership(db.app, db.plan)
    const made = `insert into ${table} (t) values ('y') returning id`
    expect(await outcome(await db.as(1), made)).toEqual([{ id: next }])
  })
})
