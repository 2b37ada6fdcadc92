import pg from 'pg'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Clone } from '../../proof/postgres/throw-away.js'
import { pgbouncerVersion, startPgBouncer } from '../../test/support/pgbouncer.js'
import { freshDatabase } from '../../test/support/postgres.js'
import { lookAtDatabase, ofServer } from './database.js'

let database: Clone
let admin: pg.Client
let poor: URL

beforeAll(async () => {
  database = await freshDatabase()
  admin = new pg.Client(database.adminUrl)
  await admin.connect()
  // An app whose login may do nothing but use tables that an administrator has made.
  poor = new URL(database.url)
  poor.username = `${poor.pathname.slice(1)}_poor`
  poor.password = 'poor'
  await admin.query(`create role "${poor.username}" login password 'poor'; create table kept (id int);
    grant all on kept to "${poor.username}"`)
}, 120_000)
afterAll(async () => {
  await admin?.query(`drop owned by "${poor.username}" cascade; drop role "${poor.username}"`)
  await admin?.end()
})

const wrongs = async (url: string, dial = 6) =>
  (await lookAtDatabase(url, dial)).filter(({ state }) => state === 'wrong')
const abouts = (found: { about: string }[]) => found.map(({ about }) => about)

it('finds a superuser, with the SQL that makes it a plain role', async () => {
  const [found, ...others] = await wrongs(database.adminUrl)
  expect([found!.about, others]).toEqual(['login', []])
  expect(found!.fix).toMatch(/ALTER ROLE "\w+" IN DATABASE "\w+" SET role = /)
  // At dial 0 the layers do not depend on the login.
  expect(await wrongs(database.adminUrl, 0)).toEqual([])
})

it('finds what a poor login may not, and its SQL is what mends it', async () => {
  const found = await wrongs(poor.href)
  expect(abouts(found)).toEqual(['request role', 'rights', 'tables'])
  for (const { fix } of found) await admin.query(/as an administrator: (.*)$/.exec(fix!)![1]!)
  expect(await wrongs(poor.href)).toEqual([])
})

it('says whether a dump as this login holds every row', async () => {
  const backups = async (url: string) =>
    (await lookAtDatabase(url, 6)).filter(({ about }) => about === 'backup').map(({ found }) => found)
  const { username } = new URL(database.url)
  await admin.query(`create table letters (id int, user_id int); alter table letters owner to "${username}";
    grant select on kept to "${username}"`)
  expect(await backups(database.url)).toEqual([`a dump as ${username} holds every row`])
  await admin.query(`alter table letters enable row level security, force row level security;
    create policy own on letters using (user_id::text = current_setting('usertwo.user_id', true))`)
  expect(await backups(database.url)).toEqual([expect.stringContaining('would lack rows: public.letters')])
  await admin.query(
    `create policy usertwo_system on letters using (current_setting('usertwo.user_id', true) = 'system')`,
  )
  expect(await backups(database.url)).toEqual([
    expect.stringContaining(`pg_dump alone as ${username} does not`),
  ])
  expect(await backups(database.adminUrl)).toEqual([expect.stringContaining('holds every row')])
  await admin.query('drop table letters')
})

it('says what keeps a connection from coming about, without its password', async () => {
  const other = (change: (url: URL) => void) => {
    const url = new URL(database.url)
    change(url)
    return url.href
  }
  const cases: [string, RegExp][] = [
    [other((url) => (url.pathname = '/none')), /CREATE DATABASE "none" OWNER/],
    [other((url) => (url.password = 'hunter2')), /ALTER ROLE .* PASSWORD '…'/],
    [other((url) => (url.port = '1')), /start the database/],
  ]
  for (const [url, fix] of cases) {
    const [found, ...others] = await wrongs(url, 0)
    expect([found!.about, others]).toEqual(['database', []])
    expect(found!.fix).toMatch(fix)
    expect(JSON.stringify(found)).not.toContain('hunter2')
  }
  expect((await lookAtDatabase('mysql://host/x', 0)).map(({ state }) => state)).toEqual(['unknown'])
})

it.skipIf(!pgbouncerVersion())(
  'finds a PgBouncer that keeps startup options, with the SQL for its login',
  async () => {
    const bouncer = await startPgBouncer(database.url, 'ignore_startup_parameters = options')
    try {
      const found = (await lookAtDatabase(bouncer.url, 0)).find(({ about }) => about === 'pooler')
      expect(found).toMatchObject({ state: 'look', found: expect.stringContaining('PgBouncer') })
    } finally {
      await bouncer.stop()
    }
  },
  60_000,
)

it('knows which servers are held', () => {
  expect(
    [ofServer('12.20', 12), ofServer('13.1', 13), ofServer('18.0', 18), ofServer('19', 19)].map(
      ({ state }) => state,
    ),
  ).toEqual(['wrong', 'ok', 'ok', 'look'])
})
