// The privacy dashboard: what is stored about a user, exported and deleted, with several users at the same time.
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import express from 'express'
import type { Knex } from 'knex'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { unzipped } from '../../proof/checks/6-isolation/privacy/privacy.js'
import { withClient } from '../../src/database/with-client.js'
import { usertwo } from '../../src/wrap.js'
import { type Login, type WrappedApp, wrappedApp } from '../support/wrapped-app.js'

const SCHEMA = `create table tags (id bigserial primary key, note_id int not null references notes on delete cascade,
  user_id int not null references users, label text, big numeric, at timestamptz default now());`
const MOUNT = '/api/auth'
const LINES = 'application/x-ndjson'
const ROWS = 500
/** Rows of a quarter of a megabyte that cannot be compressed to less than half. */
const LARGE = 60
let app: WrappedApp

const make = (db: Knex) => {
  const site = express()
  site.get('/notes', async (_req, res) => res.json(await db('notes').select()))
  return site
}

const config = { tables: { notes: { owner: 'user_id' }, tags: { owner: 'user_id' } } }

beforeAll(async () => {
  app = await wrappedApp(make, {
    users: 6,
    config,
    env: { PRIVACY_DASHBOARD: 'true', PRIVACY_GRACE_DAYS: '14' },
    schema: SCHEMA,
  })
  await app.stored(`insert into notes (text, user_id)
    select 'note ' || n || ' of user ' || u || ', "quoted"' || chr(10) || 'next', u
    from generate_series(1, 6) u, generate_series(1, ${ROWS}) n`)
  await app.stored(`insert into tags (note_id, user_id, label, big)
    select id, user_id, case when id % 3 = 0 then null else '=tag ' || user_id end, 9007199254740993 from notes`)
  await app.stored('update users set is_admin = true where id = 1')
}, 120_000)
afterAll(() => app?.dispose())

/** An administrator counts as one who has a password. */
const LOGS_IN = `insert into usertwo.credentials (user_id, password_hash) values (4, 'cheap one')
  on conflict (user_id) do update set password_hash = excluded.password_hash`

const user = (id: number): Login => app.people[id - 1]!
const ask = (who: Login | null, method: string, path: string) => app.ask(who, method, `${MOUNT}${path}`)
interface Answered {
  app: Record<string, number>
  account: Record<string, number>
  due_at: string | null
  code?: string
  detail?: string
}
const json = async (answer: Response) => (await answer.json()) as Answered

async function exportOf(who: Login): Promise<Map<string, string>> {
  for (;;) {
    const answer = await ask(who, 'POST', '/privacy/export')
    const file = Buffer.from(await answer.arrayBuffer())
    // Two are written at once; a client waits and asks again.
    if (answer.status === 503) {
      expect(answer.headers.get('retry-after')).toBe('30')
      await new Promise((done) => setTimeout(done, 50))
      continue
    }
    expect(answer.status).toBe(200)
    expect(answer.headers.get('content-type')).toBe('application/zip')
    expect(answer.headers.get('content-disposition')).toMatch(
      /^attachment; filename="export-\d{4}-\d\d-\d\d\.zip"$/,
    )
    expect(answer.headers.get('cache-control')).toContain('no-store')
    return unzipped(file)
  }
}

describe('what is stored', () => {
  test('is counted by table, for the caller alone', async () => {
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, n) => ask(user(1 + (n % 4)), 'GET', '/privacy').then(json)),
    )
    for (const { app, account, due_at } of answers) {
      expect(app).toEqual({ users: 1, notes: ROWS, tags: ROWS })
      expect(account.user_sessions).toBe(1)
      expect(due_at).toBeNull()
    }
  })

  test('is shown to no anonymous client', async () => {
    for (const [method, path] of [
      ['GET', '/privacy'],
      ['POST', '/privacy/export'],
      ['POST', '/privacy/deletion'],
      ['DELETE', '/privacy/deletion'],
    ] as const)
      expect([path, (await ask(null, method, path)).status]).toEqual([path, 401])
  })
})

describe('the export', () => {
  test('holds every row of its user as the database has it, and no other row, for six users at once', async () => {
    await Promise.all(
      [1, 2, 3, 4, 5, 6, 1, 2].map(async (id) => {
        const files = await exportOf(user(id))
        for (const table of ['notes', 'tags']) {
          const stored = await app.stored<{ row: string }>(
            `select to_jsonb(t)::text as row from ${table} t where user_id = ${id} order by id`,
          )
          const lines = files.get(`app/${table}.json`)!.trim().split('\n').slice(1, -1)
          expect(lines.map((line) => line.replace(/,$/, '')).sort()).toEqual(
            stored.map(({ row }) => row).sort(),
          )
          expect(JSON.parse(files.get(`app/${table}.json`)!)).toHaveLength(ROWS)
        }
        const all = [...files.values()].join('\n')
        expect(all.match(/of user (\d)/g)!.filter((text) => text !== `of user ${id}`)).toEqual([])
      }),
    )
  }, 120_000)

  test('holds the same as CSV, with big numbers in full and no formula', async () => {
    const csv = (await exportOf(user(2))).get('app/tags.csv')!
    const lines = csv.trimEnd().split('\r\n')
    expect(lines[0]).toBe('id,note_id,user_id,label,big,at')
    expect(lines).toHaveLength(ROWS + 1)
    expect(lines.some((line) => /^\d+,\d+,2,'=tag 2,9007199254740993,\d{4}-/.test(line))).toBe(true)
    expect(lines.some((line) => /^\d+,\d+,2,,9007/.test(line))).toBe(true)
  })

  test('lists its tables with the number of rows, and none of the account’s secrets', async () => {
    const files = await exportOf(user(3))
    const { rows } = JSON.parse(files.get('export.json')!)
    expect(rows).toMatchObject({ 'app/notes': ROWS, 'app/tags': ROWS, 'account/user_sessions': 1 })
    expect([...files.keys()].sort()).toEqual(
      ['export.json', ...Object.keys(rows).flatMap((path) => [`${path}.csv`, `${path}.json`])].sort(),
    )
    const secrets = await app.stored<{ refresh_id: string; id: string }>(
      'select refresh_id, id from usertwo.user_sessions',
    )
    const all = [...files.values()].join('\n')
    expect(secrets.filter((one) => all.includes(one.refresh_id) || all.includes(one.id))).toEqual([])
  })

  test('is one snapshot: what is written meanwhile is in all of its files or in none', async () => {
    const writing = new AbortController()
    const writes = (async () => {
      while (!writing.signal.aborted)
        await app.stored(`with n as (insert into notes (text, user_id) values ('meanwhile of user 4', 4) returning id)
          insert into tags (note_id, user_id, label, big) select id, 4, 'meanwhile', 1 from n`)
    })()
    const files = await exportOf(user(4))
    writing.abort()
    await writes
    const { rows } = JSON.parse(files.get('export.json')!)
    const [notes, tags] = ['notes', 'tags'].map((table) => JSON.parse(files.get(`app/${table}.json`)!).length)
    expect([notes, tags]).toEqual([rows['app/notes'], rows['app/tags']])
    expect(files.get('app/notes.csv')!.match(/of user 4/g)).toHaveLength(notes)
    expect(notes).toBe(tags)
  })

  test('case 83: needs a recent login', async () => {
    const old = await app.login(2)
    await app.stored(
      `update usertwo.user_sessions set issued_at = now() - interval '1 day' where id = '${old.sessionId}'`,
    )
    for (const path of ['/privacy/export', '/privacy/deletion']) {
      const answer = await ask(old, 'POST', path)
      expect([path, answer.status, (await json(answer)).code]).toEqual([path, 403, 'reauth_required'])
    }
    expect((await ask(old, 'GET', '/privacy')).status).toBe(200)
  })

  test('in lines is the same file, and says how much of it is read', async () => {
    const asked = { method: 'POST', headers: { Authorization: `Bearer ${user(5).token}`, Accept: LINES } }
    const answer = await fetch(`${app.url}${MOUNT}/privacy/export`, asked)
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, LINES])
    expect(answer.headers.get('content-disposition')).toMatch(/filename="export-.*\.zip"$/)
    const lines = (await answer.text()).trimEnd().split('\n')
    const read = lines.map((line) => JSON.parse(line) as { part: number; zip: string })
    const parts = read.map(({ part }) => part)
    expect(parts).toEqual([...parts].sort((a, b) => a - b))
    expect([parts[0]! < 0.5, parts.at(-1)]).toEqual([true, 1])
    const files = unzipped(Buffer.concat(read.map(({ zip }) => Buffer.from(zip, 'base64'))))
    const rows = JSON.parse(files.get('app/notes.json')!) as { user_id: number }[]
    expect([rows.length, new Set(rows.map((row) => row.user_id))]).toEqual([ROWS, new Set([5])])
  })

  describe('larger than the buffers between', () => {
    const connections = () =>
      app
        .stored(`select from pg_stat_activity where application_name = 'usertwo privacy'`)
        .then((rows) => rows.length)
    /** Begins an export and reads its first bytes alone. The one before gives its place back a moment after its end. */
    async function begun(): Promise<Socket> {
      const { port, hostname } = new URL(app.url)
      const socket = connect(Number(port), hostname)
      socket.on('error', () => {})
      socket.write(
        `POST ${MOUNT}/privacy/export HTTP/1.1\r\nHost: ${hostname}:${port}\r\nAuthorization: Bearer ${user(6).token}\r\nContent-Length: 0\r\n\r\n`,
      )
      const [first] = await once(socket, 'data')
      socket.pause()
      if (String(first).startsWith('HTTP/1.1 200')) return socket
      socket.destroy()
      return begun()
    }
    const isWhole = async () => {
      const files = await exportOf(user(6))
      expect(JSON.parse(files.get('app/notes.json')!)).toHaveLength(ROWS + LARGE)
    }

    beforeAll(() =>
      app.stored(`insert into notes (text, user_id)
        select (select string_agg(md5(random()::text || m || n), '') from generate_series(1, 8000) m), 6
        from generate_series(1, ${LARGE}) n`),
    )

    test('a client that goes away leaves neither a place nor a connection behind', async () => {
      for (let n = 0; n < 3; n++) {
        const socket = await begun()
        expect(await connections()).toBe(1)
        socket.destroy()
        await isWhole()
      }
      await expect.poll(connections, { timeout: 10_000 }).toBe(0)
    }, 180_000)

    test('a second export of the same user waits, and a lost database ends the answer within the file', async () => {
      const socket = await begun()
      expect((await ask(user(6), 'POST', '/privacy/export')).status).toBe(503)
      await app.stored(
        `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'usertwo privacy'`,
      )
      socket.resume()
      await once(socket, 'close')
      await isWhole()
    }, 180_000)
  })
})

describe('the deletion', () => {
  test('is refused to the owner and to the last administrator', async () => {
    const answer = await ask(user(1), 'POST', '/privacy/deletion')
    expect([answer.status, (await json(answer)).detail]).toEqual([403, expect.stringContaining('owner')])
    await app.stored('update users set is_admin = id = 4')
    await app.stored(LOGS_IN)
    const last = await ask(user(4), 'POST', '/privacy/deletion')
    expect([last.status, (await json(last)).detail]).toEqual([403, expect.stringContaining('administrator')])
    await app.stored('update users set is_admin = id = 1')
  })

  test('is noted for after the days of grace, once, and can be taken back', async () => {
    const first = await ask(user(2), 'POST', '/privacy/deletion')
    expect(first.status).toBe(202)
    const { due_at } = await json(first)
    expect(Math.abs(Date.parse(due_at!) - Date.now() - 14 * 86_400_000)).toBeLessThan(60_000)
    expect(await (await ask(user(2), 'POST', '/privacy/deletion')).json()).toEqual({ due_at })
    expect(await (await ask(user(2), 'GET', '/privacy')).json()).toMatchObject({ due_at })
    expect((await ask(user(3), 'DELETE', '/privacy/deletion')).status).toBe(404)
    expect((await ask(user(2), 'DELETE', '/privacy/deletion')).status).toBe(204)
    expect((await ask(user(2), 'DELETE', '/privacy/deletion')).status).toBe(404)
    const events = await app.stored(
      `select event from usertwo.audit where user_id = 2 and event like 'deletion%' order by id`,
    )
    expect(events).toEqual([{ event: 'deletion_asked' }, { event: 'deletion_cancelled' }])
  })

  test('removes every row of the users who are due at the next start, and none of the others', async () => {
    for (const id of [3, 4, 5, 6]) expect((await ask(user(id), 'POST', '/privacy/deletion')).status).toBe(202)
    await app.stored(
      `update usertwo.deletions set due_at = now() - make_interval(hours => 6 - user_id) where user_id < 6`,
    )
    // Since they asked, the fourth has become the last administrator.
    await app.stored('update users set is_admin = id = 4')
    await app.stored(LOGS_IN)
    const rows = () =>
      app.stored<{ user_id: number; rows: number }>(
        `select user_id, count(*)::int as rows from (select user_id from notes union all select user_id from tags) t
         group by 1 order by 1`,
      )
    const before = await rows()
    const again = usertwo(make(app.db), app.config)
    // The third gets another date while the accounts that are due are deleted, theirs first.
    await withClient(app.urls.adminUrl, 'deletion', async (client) => {
      await client.query('begin')
      await client.query(`update usertwo.deletions set due_at = now() + interval '14 days' where user_id = 3`)
      await again.ready()
      await expect.poll(waitsForLock, { timeout: 20_000 }).toBe(true)
      await client.query('commit')
    })
    await expect
      .poll(async () => (await app.stored('select from users where id = 5')).length, { timeout: 20_000 })
      .toBe(0)
    expect(await rows()).toEqual(before.filter(({ user_id }) => user_id !== 5))
    expect((await ask(user(5), 'GET', '/me')).status).toBe(401)
    for (const id of [3, 4, 6]) expect((await ask(user(id), 'GET', '/me')).status).toBe(200)
    expect(await app.stored(`select user_id from usertwo.audit where event = 'user_removed'`)).toEqual([
      { user_id: 5 },
    ])
    await again.dispose()
  }, 60_000)
})

const waitsForLock = async () =>
  (
    await app.stored(
      `select from pg_stat_activity where wait_event_type = 'Lock' and query like '%deletions%'`,
    )
  ).length > 0
