// What a user sees while a service that the app needs is gone: the usual answer, or 503 with Retry-After. No
// login is lost, and everything continues when the service is back.
import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Knex } from 'knex'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import type { Target } from '../proof/gate/gate.js'
import { serverAccount } from '../proof/postgres/embedded/os-user.js'
import { connect } from '../src/database/connect.js'
import { from, held, people, play, secretsOf, statuses, USUAL } from './support/at-work.js'
import { type ComicPile, comicPile } from './support/comic-pile.js'
import { type MailServer, mailServer } from './support/mail-server.js'
import { freshDatabase } from './support/postgres.js'
import { type Redis, redisVersion, startRedis } from './support/redis.js'
import { smallDisk } from './support/small-disk.js'
import { type Way, wayTo } from './support/way.js'

const MAIL = { PUBLIC_URL: 'https://app.example.com', MAIL_FROM: 'App <no-reply@example.com>' }

const TABLESPACE = `small_${process.pid}`
const disk = smallDisk(64, serverAccount())
const logDisk = smallDisk(4)
if (!disk || !logDisk)
  console.warn('NOT TESTED: a full disk, since this account may not mount a file system of its own.')
const redisHere = redisVersion()
if (!redisHere) console.warn('NOT TESTED: an outage of Redis, which is not installed here.')

let pile: ComicPile
let database: Awaited<ReturnType<typeof freshDatabase>>
let db: Knex
let way: Way
let mail: MailServer
let mailWay: Way
let redis: Redis | null
let app: Target

const log = logDisk && join(logDisk.folder, 'app.log')
const printed = () => (log ? readFileSync(log, 'utf8') : app.output())

beforeAll(async () => {
  pile = await comicPile()
  database = await freshDatabase()
  if (disk)
    await asAdmin(
      `create tablespace ${TABLESPACE} location '${disk.folder}'`,
      `alter database "${database.name}" set tablespace ${TABLESPACE}`,
    )
  await pile.seed(database.url)
  await pile.migrate(database, 8)
  db = connect(database.url, { system: true })
  ;[way, mail, redis] = await Promise.all([
    wayTo(database.url),
    mailServer(),
    redisHere ? startRedis() : null,
  ])
  mailWay = await wayTo(mail.url)
  app = await pile.start({
    url: way.url,
    dial: 8,
    realTime: true,
    env: { ...MAIL, SMTP_URL: mailWay.url, ...(redis && { REDIS_URL: redis.url }) },
    ...(log && { printsTo: log }),
  })
})
afterAll(async () => {
  await pile?.stop()
  await db?.destroy()
  for (const one of [way, mailWay, mail, redis]) await one?.stop()
  disk?.empty()
  await database?.drop()
  if (disk) await asAdmin(`drop tablespace if exists ${TABLESPACE}`)
  for (const one of [disk, logDisk]) one?.stop()
})

/** As the superuser, in no database of a test's. */
async function asAdmin(...statements: string[]): Promise<void> {
  const admin = new pg.Client({ connectionString: inject('postgres') })
  await admin.connect()
  for (const one of statements) await admin.query(one)
  await admin.end()
}

const endBackends = () =>
  asAdmin(`select pg_terminate_backend(pid) from pg_stat_activity where datname = '${database.name}'`)

interface Outage {
  begin(): unknown
  end(): unknown
}

/** Plays while it lasts and after, and holds what was answered against what always is. */
async function through({ begin, end }: Outage) {
  const all = await people(db, pile, app)
  const during = await Promise.resolve()
    .then(begin)
    .then(() => play(app, all))
    .finally(end)
  expect(held(during)).toEqual([])
  // What was done meanwhile as always is not done again.
  const isDone = (name: string) => during[name]!.status === USUAL[name as keyof typeof USUAL]
  const once = ['logout', 'reset', 'register', 'forgot', 'change of the password']
  const expected = Object.fromEntries(
    Object.entries(USUAL).filter(([name]) => !(once.includes(name) && isDone(name))),
  )
  await sleep(100)
  expect(statuses(await play(app, all))).toMatchObject(expected)
  const said = printed()
  expect(
    [...secretsOf(all), new URL(database.url).password].filter((secret) => said.includes(secret)),
  ).toEqual([])
  return during
}

test('everything is there: the answers of always', async () => {
  expect(statuses(await play(app, await people(db, pile, app)))).toEqual(USUAL)
})

describe('case 114: the database', () => {
  test('is gone: its connections ended, and new ones refused', async () => {
    const during = await through({
      async begin() {
        await endBackends()
        await way.cut()
      },
      end: () => way.mend(),
    })
    expect(during.me!.status).toBe(503)
  })

  test('does not answer any more', async () => {
    const during = await through({ begin: () => way.hang(), end: () => way.mend() })
    expect(during.me!.status).toBe(503)
  })
})

describe.skipIf(!redisHere)('case 115: Redis, where limits are counted', () => {
  test('is gone', async () => {
    const during = await through({ begin: () => redis!.kill(), end: () => redis!.startAgain() })
    expect(statuses(during)).toEqual(USUAL)
  })

  test('does not answer any more', async () => {
    // It is left alone for a while after its last failure.
    const during = await through({ begin: () => redis!.freeze(), end: () => redis!.resume() })
    expect(statuses(during)).toEqual(USUAL)
  })
})

test('case 116: the mail server takes no mail, is gone, does not answer any more', async () => {
  const ways: [string, () => unknown][] = [
    ['takes no mail', () => (mail.refuses = true)],
    ['is gone', () => mailWay.cut()],
    ['hangs', () => mailWay.hang()],
  ]
  for (const [what, begin] of ways) {
    mail.refuses = false
    await mailWay.mend()
    const all = await people(db, pile, app)
    await begin()
    expect(statuses(await play(app, all)), what).toEqual(USUAL)
  }
  await mailWay.mend()
  expect(statuses(await play(app, await people(db, pile, app)))).toEqual(USUAL)
  // The mail that was refused waits for its next attempt, and a new one arrives.
  expect((await db('usertwo.outbox').whereNull('sent_at').select('id')).length).toBeGreaterThan(0)
  await expect.poll(() => mail.taken.length, { timeout: 20_000 }).toBeGreaterThan(0)
})

describe.skipIf(!disk || !logDisk)('the disk is full', () => {
  test('of the database: what writes is refused, and what reads goes on', async () => {
    const during = await through({
      async begin() {
        // The room that is left in the tables is taken too, row by row: by backends that know of all of it.
        await endBackends()
        const admin = new pg.Client({ connectionString: database.adminUrl })
        await admin.connect()
        await admin.query('vacuum usertwo.audit, usertwo.user_sessions')
        disk!.fill()
        for (const row of [
          "usertwo.audit (event) values ('filled')",
          `usertwo.user_sessions (id, user_id, refresh_id, family, issued_at, last_used_at, expires_at)
           values (gen_random_uuid(), 1, gen_random_uuid(), gen_random_uuid(), now(), now(), now())`,
        ])
          await admin.query(`do $$ declare failed int := 0; begin while failed < 300 loop
            begin insert into ${row}; exception when disk_full then failed := failed + 1; end; end loop; end $$`)
        await admin.end()
      },
      end: () => disk!.empty(),
    })
    expect([during.me!.status, during['a request to the app']!.status]).toEqual([200, 200])
    expect(Object.values(during).some(({ status }) => status === 503)).toBe(true)
  })

  test('of the log: everything is answered, and what comes later is logged again', async () => {
    const during = await through({
      async begin() {
        logDisk!.fill()
        for (let n = 0; n < 40; n++) await app.ask('GET', '/api/threads/', { as: from() })
        // Its last block is full as well.
        expect(statSync(log!).size % 4096).toBe(0)
      },
      end: () => logDisk!.empty(),
    })
    expect(statuses(during)).toEqual(USUAL)
    expect(printed().slice(-4096)).toContain('/api/threads/')
  })
})
