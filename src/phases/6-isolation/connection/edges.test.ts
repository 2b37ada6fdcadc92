import type { Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import {
  asPerson,
  asTheSystem,
  drained,
  failureOf,
  owners,
  pgVersion,
  require,
  type SharedTables,
  sharedTables,
  smallPool,
} from '../../../../test/support/shared-tables.js'
import { acting } from '../../../core/context.js'
import { attach } from './attach.js'
import type { ConnectionPolicy } from './policy.js'

const MINE = 'select user_id from threads where n > $1 limit 3'
const ALL_MINE = 'select distinct user_id from threads'
const STORM_SECONDS = 2

const copyStreams: {
  to(text: string): pg.Submittable & Readable
  both(text: string): pg.Submittable & Readable
} = require('pg-copy-streams')

let tables: SharedTables
let policy: ConnectionPolicy | null
let detach: () => void
let client: pg.Client

beforeAll(async () => {
  tables = await sharedTables()
  detach = attach(pg, pgVersion, () => policy)
})
afterAll(() => detach())
beforeEach(async () => {
  policy = tables.policy
  client = new pg.Client(tables.url)
  client.on('error', () => {})
  await client.connect()
})
afterEach(async () => {
  await expectOwnRows()
  await client.end()
})

/** Sends a query as a user; `codeOf` returns the code it fails with. */
const as = (id: number | string, ...query: [string | pg.QueryConfig, unknown[]?]) =>
  asPerson(id, () => client.query(...query))
const codeOf = async (work: PromiseLike<unknown>) => (await failureOf(work)).code

async function expectOwnRows(): Promise<void> {
  policy = tables.policy
  for (const id of [7, 8]) {
    expect((await as(id, ALL_MINE)).rows).toEqual([{ user_id: id }])
    expect((await as(id, MINE, [0])).rows).toEqual(Array(3).fill({ user_id: id }))
  }
}

async function admin<T>(work: (admin: pg.Client) => Promise<T>): Promise<T> {
  return asTheSystem(async () => {
    const superuser = new pg.Client(tables.adminUrl)
    await superuser.connect()
    return work(superuser).finally(() => superuser.end())
  }, true)
}

test('a statement timeout leaves the connection usable', async () => {
  await as(1, 'set statement_timeout = 50')
  expect(await codeOf(as(1, 'select pg_sleep($1)', [1]))).toBe('57014')
  await as(1, 'reset statement_timeout')
})

test.each([
  ['without parameters', [] as unknown[]],
  ['with parameters', [0]],
])('a binding the server refuses refuses the query %s', async (_, values) => {
  const text = values.length ? MINE : 'select user_id from threads'
  expect(await codeOf(as('a\0', text, values))).toBe('22021')
})

test('a missing role fails the query', async () => {
  policy = { ...tables.policy, requestRole: 'nobody_has_this_role' }
  expect(await codeOf(as(1, ALL_MINE))).toBe('22023')
  expect(await codeOf(as(1, MINE, [0]))).toBe('22023')
})

test('a failing named statement fails each time', async () => {
  for (let round = 0; round < 3; round++) {
    expect(await codeOf(as(1, { name: 'x', text: 'select no_column from threads' }))).toBe('42703')
  }
})

test('a query that pg refuses to send takes its binding back', async () => {
  await as(1, { name: 'same', text: MINE, values: [0] })
  const others = [
    as(2, { name: 'same', text: 'select 2' }),
    as(3, { text: MINE, values: 'no array' as unknown as [] }),
    as(4, MINE, [0]),
    as(5, MINE, [0]),
  ]
  const [second, third, fourth, fifth] = await Promise.allSettled(others)
  expect([second?.status, third?.status]).toEqual(['rejected', 'rejected'])
  expect([fourth, fifth]).toMatchObject([
    { value: { rows: Array(3).fill({ user_id: 4 }) } },
    { value: { rows: Array(3).fill({ user_id: 5 }) } },
  ])
})

test('a refused query leaves no user bound: an unbound query after it finds nothing', async () => {
  await failureOf(as(3, { text: MINE, values: 'no array' as unknown as [] }))
  expect((await client.query(ALL_MINE)).rows).toEqual([])
  await failureOf(as(3, { text: MINE, values: 'no array' as unknown as [] }))
  await client.query('begin')
  expect((await as(4, ALL_MINE)).rows).toEqual([{ user_id: 4 }])
  await client.query('rollback')
})

test('a value that cannot be sent fails its own query only', async () => {
  const value = {
    toPostgres() {
      throw new Error('no such value')
    },
  }
  expect((await failureOf(as(1, MINE, [value]))).message).toBe('no such value')
})

test('an app may end its connection while a failing query is being written', async () => {
  const other = new pg.Client(tables.url)
  await other.connect()
  const value = {
    toPostgres() {
      throw new Error('no such value')
    },
  }
  const ended = new Promise((done) => other.once('end', done))
  const error = await new Promise<Error>((tell) =>
    asPerson(1, async () =>
      other.query(MINE, [value], (failure) => {
        void other.end()
        tell(failure)
      }),
    ),
  )
  await ended
  expect(error.message).toBe('no such value')
})

test('cancelling at any moment gives no wrong row', async () => {
  const seen = { right: 0, wrong: 0, hit: 0 }
  let over = false
  const { processID } = client as unknown as { processID: number }
  // The server itself cancels, so that this process's event loop does not decide when.
  const storm = admin((superuser) =>
    superuser.query(`do $$ begin
      while clock_timestamp() < now() + interval '${STORM_SECONDS} s' loop
        perform pg_cancel_backend(${processID}), pg_sleep(random() * 0.002);
      end loop; end $$`),
  ).finally(() => {
    over = true
  })
  for (let round = 0; !over; round++) {
    const id = 1 + (round % 40)
    const query =
      round % 3 ? as(id, MINE, [0]) : as(id, 'select user_id from threads, pg_sleep(0.002) limit 3')
    await query.then(
      ({ rows }) => {
        const mine = rows.length === 3 && owners(rows).every((owner) => owner === id)
        seen[mine ? 'right' : 'wrong']++
      },
      () => seen.hit++,
    )
  }
  await storm
  await sleep(50)
  await as(1, 'select 1').catch(() => {})
  expect(seen.wrong).toBe(0)
  expect(seen.hit).toBeGreaterThan(10)
  expect(seen.right).toBeGreaterThan(100)
})

test.each(['discard all', 'deallocate all', 'discard plans', 'deallocate mine', '/* tidy */ deallocate all'])(
  'binds again after %s',
  async (text) => {
    await as(1, { name: 'mine', text: MINE, values: [0] })
    await as(1, text)
    expect(owners((await as(2, MINE, [0])).rows)).toEqual([2, 2, 2])
    expect((await client.query(ALL_MINE)).rows).toEqual([])
  },
)

test.each([
  ['is gone', 'deallocate all; select 1'],
  [
    'was replaced',
    `deallocate usertwo_binding;
     prepare usertwo_binding(text, text) as select where set_config('usertwo.user_id', '2', true) is null`,
  ],
])('a binding statement that %s behind another in one text is made again', async (_what, text) => {
  await as(2, MINE, [0])
  await as(2, text)
  expect((await as(1, ALL_MINE)).rows).toEqual([{ user_id: 1 }])
})

test('a deallocated binding statement is prepared again; inside a transaction the transaction fails', async () => {
  const forget = "do $$ begin execute 'dealloc' || 'ate all'; end $$"
  await as(1, MINE, [0])
  await as(1, forget)
  expect((await as(1, MINE, [0])).rows).toEqual(Array(3).fill({ user_id: 1 }))
  await as(1, 'begin')
  await as(1, forget)
  expect(await codeOf(as(1, MINE, [0]))).toBe('26000')
  await as(1, 'rollback')
})

test('a statement that the app names and the server has forgotten fails as it does without the layer', async () => {
  const own = { name: 'own', text: MINE, values: [0] }
  await as(1, own)
  await as(1, 'deallocate own')
  expect(await codeOf(as(1, own))).toBe('26000')
})

test('a connection opened before the catalog was read has no user, and stays in its login’s role', async () => {
  policy = { ...tables.policy, requestRole: 'not_known_yet', startupOptions: false, early: async () => true }
  const early = new pg.Client(tables.url)
  await early.connect()
  policy = tables.policy
  const text = `commit; select current_setting('usertwo.user_id', true) as id, current_user as name`
  const [, resting] = (await asPerson(1, () => early.query(text))) as unknown as pg.QueryResult[]
  expect(resting!.rows).toEqual([{ id: 'none', name: new URL(tables.url).username }])
  expect((await asPerson(7, () => early.query(ALL_MINE))).rows).toEqual([{ user_id: 7 }])
  await early.end()
})

test('an idle connection is in the request role without a user and finds nothing', async () => {
  await as(1, MINE, [0])
  // A statement after the commit is no longer bound.
  const text = `begin; commit; select current_user as name, current_setting('usertwo.user_id') as id,
    (select count(*)::int from threads) as n`
  const resting = ((await client.query(text)) as unknown as pg.QueryResult[])[2]!
  expect(resting.rows).toEqual([{ name: tables.requestRole, id: 'none', n: 0 }])
})

test.each(['set role none', "set usertwo.user_id = '3'", 'set session authorization default'])(
  'a query without a user finds nothing after %s',
  async (text) => {
    await as(1, text)
    expect((await client.query(ALL_MINE)).rows).toEqual([])
    expect((await as(2, ALL_MINE)).rows).toEqual([{ user_id: 2 }])
  },
)

test('the system sees all rows by the login role, and only in its own queries', async () => {
  const all = 'select current_user as role, count(distinct user_id)::int as people from threads'
  const login = new URL(tables.url).username
  expect((await asTheSystem(() => client.query(all))).rows).toEqual([{ role: login, people: 40 }])
  expect((await client.query(all)).rows).toEqual([{ role: tables.requestRole, people: 0 }])
  expect((await as(3, all)).rows).toEqual([{ role: tables.requestRole, people: 1 }])
})

test('a client opened for migrations keeps the login role, and still binds people', async () => {
  const migrator = await asTheSystem(async () => {
    const opened = new pg.Client(tables.url)
    await opened.connect()
    await opened.query('create index concurrently threads_n on threads (n)')
    await opened.query('drop index concurrently threads_n')
    expect((await opened.query('select distinct user_id from threads')).rows).toHaveLength(40)
    return opened
  }, true)
  expect((await migrator.query(ALL_MINE)).rows).toEqual([])
  expect((await asPerson(5, () => migrator.query(ALL_MINE))).rows).toEqual([{ user_id: 5 }])
  await migrator.end()
})

test('case 103: a query without a user is refused where the policy says so; transaction control and probes are not', async () => {
  policy = { ...tables.policy, unbound: 'refuse' }
  expect(await codeOf(client.query(ALL_MINE))).toBe('no_current_user')
  expect(await codeOf(client.query(MINE, [0]))).toBe('no_current_user')
  for (const text of [
    'begin',
    '-- mine\nrollback;',
    'select version();',
    'show timezone',
    '',
    'select 1+1 AS result',
  ]) {
    await client.query(text)
  }
})

test.each(['', 0, '0', Number.NaN, 1.5, 'none', 'system', undefined, null, { id: 1 }, true, [2]])(
  'refuses %j as the id of a person',
  async (id) => {
    expect(await codeOf(as(id as number, ALL_MINE))).toBe('no_current_user')
  },
)

test('an id is never read as SQL', async () => {
  expect(await codeOf(as("1' or '1'='1", ALL_MINE))).toBe('22P02')
})

test('before usertwo() a query is refused with the two edits', async () => {
  policy = null
  const refused = await failureOf(as(1, ALL_MINE))
  expect(refused).toMatchObject({ name: 'ScopeError', code: 'scope_unconfigured' })
  expect(refused.message).toMatch(/usertwo\(app.*scope\(db\)/s)
})

test('a connection opened before usertwo() finds nothing without a user', async () => {
  policy = null
  const early = new pg.Client(tables.url)
  await early.connect()
  policy = tables.policy
  expect((await early.query(ALL_MINE)).rows).toEqual([])
  expect((await asPerson(4, () => early.query(ALL_MINE))).rows).toEqual([{ user_id: 4 }])
  await early.end()
})

test('below phase 6 nothing is bound', async () => {
  policy = { ...tables.policy, requestRole: null }
  const below = new pg.Client(tables.url)
  await below.connect()
  const login = new URL(tables.url).username
  const setting = "select current_user as role, current_setting('usertwo.user_id', true) as id"
  expect((await asPerson(4, () => below.query(setting))).rows).toEqual([{ role: login, id: null }])
  await below.end()
})

test.each([
  ['begun alone', ['begin', ALL_MINE]],
  ['begun inside a text of several statements', ['begin; select user_id from threads limit 1']],
])('a transaction %s belongs to its first person', async (_, texts) => {
  for (const text of texts) await as(1, text)
  expect(await codeOf(as(2, ALL_MINE))).toBe('mixed_users')
  expect(await codeOf(client.query(ALL_MINE))).toBe('mixed_users')
  expect(await codeOf(asTheSystem(() => client.query(ALL_MINE)))).toBe('mixed_users')
  expect((await as(1, ALL_MINE)).rows).toEqual([{ user_id: 1 }])
  await as(1, 'rollback')
})

test('a failed transaction still belongs to its first user', async () => {
  await as(1, 'begin')
  await as(1, 'savepoint s')
  await as(1, ALL_MINE)
  expect(await codeOf(as(1, 'select 1/0 from threads'))).toBe('22012')
  expect(await codeOf(as(2, `rollback to savepoint s; ${ALL_MINE}`))).toBe('mixed_users')
  await as(1, 'rollback')
})

test('a notification is handled without a user, whichever user opened the connection', async () => {
  const heard = new pg.Client(tables.url)
  const seen: unknown[] = []
  await asPerson(3, async () => {
    await heard.connect()
    heard.on('notification', () => seen.push(acting()))
    await heard.query('listen news')
  })
  await as(1, 'notify news')
  await expect.poll(() => seen).toEqual([null])
  await heard.end()
})

test('a failed transaction stays failed, and a statement after the rollback in the same text sees nothing', async () => {
  await as(1, 'begin')
  expect(await codeOf(as(1, 'select 1/0 from threads'))).toBe('22012')
  expect(await codeOf(as(1, ALL_MINE))).toBe('25P02')
  const both = (await as(1, `rollback; ${ALL_MINE}`)) as unknown as pg.QueryResult[]
  expect(both[1]?.rows).toEqual([])
})

test('a text with its own transaction is bound up to its commit', async () => {
  const results = (await as(1, `begin; ${ALL_MINE}; commit; ${ALL_MINE}`)) as unknown as pg.QueryResult[]
  expect(results.map((result) => result.rows)).toEqual([[], [{ user_id: 1 }], [], []])
})

test('a rolled back savepoint, a nested one, an isolation level and a cursor in SQL stay with the user', async () => {
  await as(1, 'begin')
  await as(1, 'set transaction isolation level repeatable read')
  await as(1, 'savepoint a')
  await as(1, 'savepoint b')
  await failureOf(as(1, 'select 1/0'))
  await as(1, 'rollback to a')
  await as(1, 'declare c cursor for select user_id from threads')
  expect(owners((await as(1, 'fetch 3 from c')).rows)).toEqual([1, 1, 1])
  await as(1, 'close c')
  await as(1, 'commit')
})

test('an insert is stamped with its user and undone with the transaction', async () => {
  await as(1, 'begin')
  expect((await as(1, "insert into threads (title) values ('new') returning user_id")).rows).toEqual([
    { user_id: 1 },
  ])
  await as(1, 'rollback')
  expect((await as(1, "select * from threads where title = 'new'")).rows).toEqual([])
  expect(await codeOf(as(1, "insert into threads (title, user_id) values ('planted', 2)"))).toBe('42501')
})

test('a COPY sent right behind a BEGIN joins it', async () => {
  const text = 'copy (select distinct user_id from threads) to stdout'
  const read = asPerson(6, async () => {
    client.query('begin').catch(() => {})
    let copied = ''
    await drained(client.query(copyStreams.to(text)), (chunk: Buffer) => {
      copied += chunk
    })
    return copied
  })
  expect(await read).toBe('6\n')
  expect(await codeOf(drained(asPerson(2, () => client.query(copyStreams.to(text)))))).toBe('mixed_users')
  expect(await codeOf(as(6, 'select 1/0 from threads'))).toBe('22012')
  await as(6, 'rollback')
})

test('a copy that is destroyed while it waits for its turn is not sent', async () => {
  const before = as(1, 'select pg_sleep(0.01)')
  asPerson(1, () => client.query(copyStreams.to('copy (select * from threads) to stdout'))).destroy()
  await before
})

test('a copy in both directions, which only a replication connection has, fails and leaves the connection usable', async () => {
  const both = copyStreams.both('start_replication slot one logical 0/0')
  expect(await codeOf(drained(asPerson(1, () => client.query(both))))).toBe('42601')
})

test('a query object sent twice belongs to its last sender', async () => {
  const query = new pg.Query({ text: MINE, values: [0] })
  for (const id of [1, 2]) {
    const rows: { user_id: number }[] = []
    query.removeAllListeners()
    query.on('row', (row) => rows.push(row as { user_id: number }))
    await asPerson(id, () => new Promise((resolve) => client.query(query).on('end', resolve)))
    expect(owners(rows)).toEqual([id, id, id])
  }
})

test('a client released inside a transaction is closed; one with a commit in flight is kept', async () => {
  const pool = smallPool(tables.url)
  const pidOf = async (one: pg.ClientBase) =>
    (await asPerson(1, () => one.query('select pg_backend_pid() as pid'))).rows[0].pid as number
  const first = await pool.connect()
  const pid = await pidOf(first)
  await first.query('begin')
  await asPerson(1, () => first.query("update threads set title = 'kept' where n = 1"))
  const commit = first.query('commit')
  first.release()
  await commit
  const second = await pool.connect()
  expect(await pidOf(second)).toBe(pid)
  expect((await asPerson(1, () => second.query("select 1 from threads where title = 'kept'"))).rowCount).toBe(
    1,
  )
  await second.query('begin')
  second.release()
  expect(() => second.release()).toThrow(/already been released/)
  const third = await pool.connect()
  expect(await pidOf(third)).not.toBe(pid)
  third.release()
  await asPerson(1, () => pool.query('begin'))
  expect((await asPerson(2, () => pool.query(ALL_MINE))).rows).toEqual([{ user_id: 2 }])
  await pool.end()
})

test.each([undefined, true])(
  'a connection killed in a transaction ends its queries, is not reused, and frees its place in the pool: release(%s)',
  async (error) => {
    const pool = smallPool(tables.url)
    pool.on('error', () => {})
    for (let killed = 0; killed < 3; killed++) {
      const one = await pool.connect()
      one.on('error', () => {})
      await asPerson(1, () => one.query('begin'))
      const pid = (await asPerson(1, () => one.query('select pg_backend_pid() as pid'))).rows[0].pid
      const sleeping = failureOf(asPerson(1, () => one.query('select pg_sleep(5)')))
      await admin((superuser) => superuser.query('select pg_terminate_backend($1)', [pid]))
      expect(await sleeping).toBeInstanceOf(Error)
      // As an app does that does not know why its query failed.
      expect(await failureOf(asPerson(1, () => one.query('rollback')))).toBeInstanceOf(Error)
      one.release(error)
    }
    expect((await asPerson(2, () => pool.query(ALL_MINE))).rows).toEqual([{ user_id: 2 }])
    await pool.end()
  },
)

test('an answer out of order closes the connection before a row is handed out', async () => {
  const astray = new pg.Client(tables.url)
  astray.on('error', () => {})
  await astray.connect()
  const asked = failureOf(asPerson(1, () => astray.query(MINE, [0])))
  const { connection } = astray as unknown as { connection: { emit(event: string, message: object): void } }
  connection.emit('readyForQuery', { status: 'I' })
  expect((await asked).message).toMatch(/out of turn/)
})

test('a client-side query timeout fails its own query only', async () => {
  const slow = { text: 'select pg_sleep(0.2)', query_timeout: 20 }
  expect((await failureOf(as(1, slow))).message).toBe('Query read timeout')
})
