import pg from 'pg'
import { afterEach, expect, test } from 'vitest'
import { outcome, type Pile, pile } from '../../../../test/support/ownership-pile.js'
import { planOwnership } from './plan/plan-ownership.js'
import { reconcileOwnership } from './reconcile.js'

let db: Pile
afterEach(() => db?.close())

test('a superuser login set to the plain role behaves like it', async () => {
  db = await pile()
  await reconcileOwnership(db.app, db.plan)
  await db.admin.query(
    `insert into users values (2, 'second'); insert into threads (title, user_id) values ('theirs', 2)`,
  )
  const boss = `boss_${db.plan.login}`
  const database = new URL(db.url).pathname.slice(1)
  await db.admin.query(`create role ${boss} login superuser password 'boss'`)
  await db.admin.query(`alter role ${boss} in database ${database} set role = ${db.plan.login}`)
  const url = new URL(db.url)
  url.username = boss
  url.password = 'boss'
  const client = new pg.Client({ connectionString: url.href })
  await client.connect()
  try {
    expect(await outcome(client, 'select distinct user_id from threads')).toEqual([{ user_id: 1 }])
    expect(await outcome(client, `insert into settings (note) values ('n') returning user_id`)).toEqual([
      { user_id: 1 },
    ])
    expect(await outcome(client, 'delete from threads where user_id = 2')).toEqual([0])
    expect(await outcome(client, 'alter table threads add column more int')).toBeInstanceOf(Array)
    expect(await planOwnership(client, db.plan)).toEqual([])
  } finally {
    await client.end()
    await db.admin.query(`drop role ${boss}`)
  }
})

test('three users on a pool of two never see each other’s rows', async () => {
  db = await pile()
  await reconcileOwnership(db.app, db.plan)
  await db.admin.query(`insert into users values (2, 'b'), (3, 'c')`)
  const options = `-c role=${db.plan.requestRole} -c usertwo.user_id=none`
  const pool = new pg.Pool({ connectionString: db.url, options, max: 2 })
  let wrong = 0
  const asUser = async (user: number) => {
    const client = await pool.connect()
    try {
      await client.query('begin')
      await client.query(`select set_config('usertwo.user_id', $1, true)`, [String(user)])
      await client.query(`insert into threads (title) values ('by ' || $1::text)`, [user])
      const { rows } = await client.query('select distinct user_id from threads')
      if (rows.length !== 1 || rows[0].user_id !== user) wrong++
      await client.query(user % 2 ? 'commit' : 'rollback')
      const unbound = await client.query('select * from threads')
      wrong += unbound.rows.length
    } finally {
      client.release()
    }
  }
  await Promise.all(Array.from({ length: 60 }, (_, n) => asUser(1 + (n % 3))))
  await pool.end()
  expect(wrong).toBe(0)
  expect(await outcome(db.admin, 'select count(*)::int from threads')).toEqual([{ count: 45 }])
})

test('what a superuser reconciled, the plain login finds complete', async () => {
  db = await pile()
  await reconcileOwnership(db.admin, db.plan)
  expect(await planOwnership(db.app, db.plan)).toEqual([])
  expect(await outcome(db.app, `insert into settings (note) values ('n') returning user_id`)).toEqual([
    { user_id: 1 },
  ])
})

test("a request's list goes through the index that leads with the owner", async () => {
  db = await pile()
  await reconcileOwnership(db.app, db.plan)
  const client = await db.as(1)
  await client.query('set enable_seqscan = off; set enable_bitmapscan = off')
  const { rows } = await client.query<{ 'QUERY PLAN': string }>(
    'explain select * from threads order by id limit 5',
  )
  const plan = rows.map((row) => row['QUERY PLAN']).join('\n')
  expect(plan).toMatch(/Index Scan using usertwo_threads_user_id_id_key/)
  expect(plan).toMatch(/Index Cond: \(user_id = /)
})

test('data that points across users is refused with what to do, and changes nothing of it', async () => {
  db = await pile()
  await db.app.query(`insert into users values (2, 'second');
    insert into sessions (id, user_id, pending_thread_id) values (90, 2, 1)`)
  await expect(reconcileOwnership(db.app, db.plan)).rejects.toThrow(
    /user_id, pending_thread_id.*another user's row/,
  )
  await db.app.query('update sessions set pending_thread_id = null where id = 90')
  await reconcileOwnership(db.app, db.plan)
  expect(await planOwnership(db.app, db.plan)).toEqual([])
})
