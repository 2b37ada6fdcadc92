// Uniques that an upsert names by an expression, and tables in partitions that a query names: both users at once, before
// the contract and after it.
import express, { type RequestHandler } from 'express'
import type { Knex } from 'knex'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type ConfigInput, parseConfig } from '../../src/config/config.js'
import { actAs } from '../../src/core/context.js'
import { withClient } from '../../src/database/with-client.js'
import { scope } from '../../src/index.js'
import { migrateTo } from '../../src/migrate.js'
import { uniquesOfAll } from '../../src/phases/6-isolation/schema/lint.js'
import { ownershipPlan } from '../../src/phases/6-isolation/schema/plan/from-config.js'
import { standingProblems } from '../../src/phases/6-isolation/schema/standing.js'
import { readRequestRole } from '../../src/phases/6-isolation/start/enforcement.js'
import { type WrappedApp, wrappedApp } from '../support/wrapped-app.js'

const SCHEMA = `
  create table labels (id serial primary key, name varchar(40) not null, colour text);
  create unique index labels_name on labels (lower(name));
  create table days (id serial primary key, at timestamp not null, data jsonb not null default '{}', text text);
  create unique index days_one on days (date_trunc('day', at), coalesce(data ->> 'kind', '')) where text <> '';
  create table readings (id serial, day date not null, room text not null, amount int, primary key (id, day),
    unique (room, day)) partition by range (day);
  create table readings_2026 partition of readings for values from ('2026-01-01') to ('2027-01-01');
  create table readings_rest partition of readings default`
const tables: ConfigInput['tables'] = {
  notes: { owner: 'user_id' },
  labels: { owner: 'user_id', unique: ['labels_name'] },
  days: { owner: 'user_id', unique: ['days_one'] },
  readings: { owner: 'user_id', unique: ['readings_room_day_key'] },
}

let app: WrappedApp
let pool: pg.Pool

function served(db: Knex): express.Express {
  const under = express()
  under.use(express.json())
  const handle =
    (work: (name: string, value: string) => Promise<unknown>): RequestHandler =>
    async (req, res) => {
      try {
        res.json(await work(String(req.params.name), req.body?.value))
      } catch (error) {
        // An answer with status 500 loses what a driver said.
        res.json({ failed: (error as pg.DatabaseError).code })
      }
    }
  const rows = async (sql: string, values: unknown[] = []) => (await pool.query(sql, values)).rows
  under.put(
    '/labels/:name',
    handle((name, value) =>
      rows(
        'insert into labels (name, colour) values ($1, $2) on conflict (lower(name)) do update set colour = excluded.colour returning name, colour',
        [name, value],
      ),
    ),
  )
  under.put(
    '/knex/labels/:name',
    handle((name, value) =>
      db('labels')
        .insert({ name, colour: value })
        .onConflict(db.raw('(lower(name))'))
        .merge(['colour'])
        .returning(['name', 'colour']),
    ),
  )
  under.put(
    '/days/:name',
    handle((name, value) =>
      rows(
        `insert into days (at, text) values ($1, $2)
         on conflict (date_trunc('day', at), coalesce(data ->> 'kind', '')) where text <> ''
         do update set text = excluded.text returning text`,
        [name, value],
      ),
    ),
  )
  for (const table of ['readings', 'readings_2026']) {
    under.put(
      `/${table}/:name`,
      handle((name, value) =>
        rows(
          `insert into ${table} (room, day, amount) values ('hall', $1, $2)
           on conflict (room, day) do update set amount = excluded.amount returning amount`,
          [name, value],
        ),
      ),
    )
    under.get(
      `/${table}`,
      handle(() => rows(`select * from ${table} order by day`)),
    )
    under.get(
      `/knex/${table}`,
      handle(() => db(table).orderBy('day')),
    )
  }
  return under
}

beforeAll(async () => {
  app = await wrappedApp(served, { config: { tables }, schema: SCHEMA })
  pool = scope(new pg.Pool({ connectionString: app.urls.url, max: 2 }))
})
afterAll(async () => {
  await pool?.end()
  await app?.dispose()
})

const ask = async (who: number, method: string, path: string, value?: unknown) => {
  const answer = await app.ask(
    app.people[who - 1]!,
    method,
    path,
    value === undefined ? undefined : { value },
  )
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown>[] }
}

/** A value that the owner has, another spelling of it, and what the answer holds of it. */
const PUT: [path: string, again: string, first: string, then: string][] = [
  ['/labels/Work', '/labels/WORK', 'red', 'blue'],
  ['/knex/labels/Home', '/knex/labels/hOME', 'red', 'blue'],
  ['/days/2026-03-01T08:00', '/days/2026-03-01T20:00', 'one', 'two'],
  ['/readings/2026-03-01', '/readings/2026-03-01', '1', '2'],
  ['/readings_2026/2026-04-01', '/readings_2026/2026-04-01', '1', '2'],
  ['/readings/2031-03-01', '/readings/2031-03-01', '1', '2'],
]
const holds = (value: string) => ({ status: 200, body: [expect.objectContaining(fieldOf(value))] })
const fieldOf = (value: string) => {
  if (/^\d$/.test(value)) return { amount: Number(value) }
  return /one|two/.test(value) ? { text: value } : { colour: value }
}

test.each(PUT)(
  '%s is answered 409 for what another user has, until the contract',
  async (path, again, one, two) => {
    expect(await ask(1, 'PUT', path, one)).toEqual(holds(one))
    expect(await ask(1, 'PUT', again, two)).toEqual(holds(two))
    expect(await ask(2, 'PUT', again, one)).toEqual({
      status: 409,
      body: expect.objectContaining({ code: 'taken', status: 409 }),
    })
  },
)

test('each user has the value after it, at the same time, and keeps it', async () => {
  const migrate = (options = {}) =>
    actAs({ kind: 'system', reason: 'the contract', login: true }, () =>
      migrateTo(app.urls, parseConfig(app.config), 6, options),
    )
  await migrate({ contract: true })
  for (const [path, again, one, two] of PUT) {
    const both = await Promise.all([ask(1, 'PUT', path, two), ask(2, 'PUT', again, one)])
    expect(both, path).toEqual([holds(two), holds(one)])
    expect(await ask(2, 'PUT', path, two), path).toEqual(holds(two))
  }
  for (const table of ['labels', 'days', 'readings'])
    expect(
      await app.stored(`select user_id, count(*)::int from ${table} group by 1 order by 1`),
      table,
    ).toEqual(
      [1, 2].map((id) => ({ user_id: id, count: table === 'readings' ? 3 : table === 'labels' ? 2 : 1 })),
    )
})

test('a partition that a query names shows own rows, without the column that was added', async () => {
  for (const by of ['', '/knex'])
    for (const [table, days] of [
      ['readings', 3],
      ['readings_2026', 2],
    ] as const)
      for (const who of [1, 2]) {
        const { status, body } = await ask(who, 'GET', `${by}/${table}`)
        expect([status, body.length], `${by}/${table}`).toEqual([200, days])
        for (const row of body) expect(Object.keys(row)).toEqual(['id', 'day', 'room', 'amount'])
      }
})

test('a unique that the app adds later is named by plan, status and gate, with the line to add, until it is there', async () => {
  await app.stored(`alter table labels add column code text; create unique index labels_code on labels (code);
    create unique index labels_own on labels (user_id, id)`)
  const said = async (config: ConfigInput) => {
    const parsed = parseConfig(config)
    const lines = await withClient(app.urls.url, 'test', async (client) => {
      const login = decodeURIComponent(new URL(app.urls.url).username)
      const plan = ownershipPlan(parsed, await readRequestRole(client), login)
      return [...(await standingProblems(client, plan)), ...(await uniquesOfAll(client, plan))]
    })
    return lines.filter((line) => /labels_|days_|readings_/.test(line))
  }
  const wanted =
    /^public.labels: labels_code holds for all users: another user who .+; name it, tables.labels.unique: \['labels_code'\], and run: usertwo migrate up --contract$/
  const lines = await said(app.config)
  expect(lines).toEqual([expect.stringMatching(wanted), expect.stringMatching(wanted)])
  const labels = { owner: 'user_id', unique: ['labels_name', 'labels_code'] }
  expect(await said({ ...app.config, tables: { ...tables, labels } })).toEqual([])
})
