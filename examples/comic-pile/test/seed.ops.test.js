import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

const run = promisify(execFile)
const cwd = new URL('..', import.meta.url)
const NAME = 'cp_seed'

let admin
let db
beforeAll(async () => {
  admin = new pg.Client({ connectionString: process.env.DATABASE_URL })
  await admin.connect()
  await admin.query(`create database ${NAME}`)
  const url = new URL(process.env.DATABASE_URL)
  url.pathname = `/${NAME}`
  const env = { PATH: process.env.PATH, DATABASE_URL: url.href }
  await run(process.execPath, ['server/migrate.js'], { cwd, env })
  await run(process.execPath, ['server/seed.js'], { cwd, env })
  db = new pg.Client({ connectionString: url.href })
  await db.connect()
})
afterAll(async () => {
  await db.end()
  await admin.query(`drop database ${NAME} with (force)`)
  await admin.end()
})

const rows = async (text) => (await db.query(text)).rows
const count = async (text) => Number((await rows(`select count(*) from ${text}`))[0].count)

describe('seed', () => {
  test('user 1 only, with the sequence unmoved', async () => {
    expect(await rows('select id, username from users')).toEqual([{ id: 1, username: 'default_user' }])
    expect(await rows('select last_value, is_called from users_id_seq')).toEqual([
      { last_value: '1', is_called: false },
    ])
  })

  test('20 threads as the specification has them', async () => {
    expect(await count('threads')).toBe(20)
    const active = await rows(
      "select queue_position as p from threads where status = 'active' and not is_test order by 1",
    )
    expect(active.map(({ p }) => p)).toEqual([1, 2, 3, 4, 5, 6, 7, 9, 10, 11, 12, 12, 13, 14])
    expect(await count("threads where status = 'completed' and issues_remaining = 0")).toBe(4)
    expect(await count('threads where issues_remaining = -1')).toBe(1)
    expect(await count('threads where is_test')).toBe(1)
    expect(await count('threads where last_activity_at is null')).toBe(3)
    expect(await count("threads where last_activity_at < now() - interval '30 days'")).toBe(3)
    expect(await count('threads where review_url is not null')).toBe(2)
    expect(await count('threads where length(title) = 200')).toBe(1)
    const formats = await rows('select distinct format from threads order by 1')
    expect(formats.map(({ format }) => format)).toEqual(['Comic', 'Digital', 'Omnibus', 'Trade'])
    for (const part of ['&', '<b>', '"', 'é']) {
      expect(await count(`threads where title like '%${part}%'`)).toBeGreaterThan(0)
    }
  })

  test('6 sessions: 4 ended, 1 expired but open, 1 active with a pending thread', async () => {
    expect(await count('sessions')).toBe(6)
    expect(await count('sessions where ended_at is not null')).toBe(4)
    expect(await count("sessions where ended_at is null and started_at < now() - interval '6 hours'")).toBe(1)
    expect(
      await count(
        "sessions where ended_at is null and started_at > now() - interval '6 hours' and pending_thread_id is not null",
      ),
    ).toBe(1)
  })

  test('about 60 events of all types, some without a session, a roll of a deleted thread', async () => {
    expect(Math.abs((await count('events')) - 60)).toBeLessThan(8)
    const types = await rows('select distinct type from events order by 1')
    expect(types.map(({ type }) => type)).toEqual(['delete', 'rate', 'reorder', 'roll', 'rolled_but_skipped'])
    expect(await count("events where type in ('reorder', 'delete') and session_id is not null")).toBe(0)
    expect(
      await count("events where type = 'roll' and selected_thread_id not in (select id from threads)"),
    ).toBeGreaterThan(0)
  })

  test('25 snapshots: a start for each session, one for each rating, old ones without owner or dice', async () => {
    expect(await count('snapshots')).toBe(25)
    expect(await count("snapshots where description = 'Session start'")).toBe(6)
    expect(await count("events where type = 'rate'")).toBe(19)
    const old = await rows('select thread_states from snapshots where session_state is null limit 1')
    const [state] = Object.values(old[0].thread_states)
    expect(state).not.toHaveProperty('user_id')
    expect(state).not.toHaveProperty('created_at')
  })

  test('one settings row with start die 8, and 5 tasks', async () => {
    expect(await rows('select start_die from settings')).toEqual([{ start_die: 8 }])
    expect(await count('tasks')).toBe(5)
  })
})
