import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Edit } from '../reading/syntax/edits.js'
import { build, built } from './support/built.js'
import { type CountingWay, countingWayTo } from './support/counting-way.js'
import { freshDatabase } from './support/postgres.js'
import { startProgram } from './support/program.js'
import { type NotesDatabase, notesDatabase, SECRET } from './support/wrapped-app.js'

const MODULES = fileURLToPath(new URL('../node_modules', import.meta.url))
const TABLES = `create table users (id serial primary key, username text);
  create table notes (id serial primary key, text text not null, user_id int not null references users);
  insert into users (username) values ('user 1'), ('user 2')`
const APP = `
  import express from 'express'
  import knex from 'knex'
  import pg from 'pg'
  import { scope, usertwo } from 'usertwo'
  const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 1 })
  const db = knex({ client: 'pg', connection: process.env.DATABASE_URL, pool: { min: 0, max: 1 } })
  const inner = express()
  const route = (method, path, work) => inner[method](path, (req, res, next) => work(req).then((rows) => res.json(rows), next))
  route('get', '/pg', async () => (await pool.query('select id, text from notes')).rows)
  route('get', '/knex', () => db('notes').select('id', 'text'))
  route('post', '/pg', async () =>
    (await pool.query("insert into notes (text, user_id) values ('by pg', $1) returning id", [1])).rows)
  route('post', '/knex', () => db('notes').insert({ text: 'by knex', user_id: 1 }).returning('id'))
  route('put', '/knex', () => db.transaction(async (trx) => {
    const [one] = await trx('notes').select('id').limit(1)
    return trx('notes').where({ id: one.id }).update({ text: 'changed' })
  }))
  route('get', '/open', async () => (await pool.query('select 1 as one')).rows)
  const config = {
    app: { start: ['node', 'main.mjs'] },
    owner: { id: 1 },
    users: { table: 'users' },
    tables: { notes: { owner: 'user_id' } },
    routes: { public: ['GET /open'] },
  }
  let app = inner
  if (process.env.USERTWO_PHASE) {
    scope(pool)
    scope(db)
    app = usertwo(inner, config)
  }
  const server = await app.listen(0, '127.0.0.1')
  if (!server.listening) await new Promise((done) => server.once('listening', done))
  console.log('port', server.address().port)`

const USER = ['GET /pg', 'GET /knex', 'POST /pg', 'POST /knex', 'PUT /knex'] as const
const ANONYMOUS = ['GET /open', 'GET /pg'] as const
/** Sent along with a query, in one round trip: a statement of its own, or in front of it in one text. */
const BINDING = "set_config('usertwo.user_id'"

interface Cost {
  /** without those that tell PostgreSQL the user */
  statements: number
  bindings: number
  roundTrips: number
}

let folder: string
let database: NotesDatabase
let bare: Record<string, Cost>
const ways: CountingWay[] = []

/** What each request costs an app in a process of its own, after its connections are open. */
async function costsOf(url: string, env: Record<string, string>): Promise<Record<string, Cost>> {
  const way = await countingWayTo(url)
  ways.push(way)
  const program = startProgram(folder, APP, { DATABASE_URL: way.url, ...env })
  try {
    const at = `http://127.0.0.1:${await program.port()}`
    const authorization = `Bearer ${database.people[0]!.token}`
    const costs: Record<string, Cost> = {}
    for (const [who, requests] of [
      ['user', USER],
      ['anonymous', ANONYMOUS],
    ] as const)
      for (const request of requests) {
        const [method, path] = request.split(' ')
        const headers: Record<string, string> = who === 'user' ? { authorization } : {}
        const seen: Cost[] = []
        // The first one opens connections and prepares statements. What a timer asks meanwhile is in one at most.
        for (let round = 0; round < 4; round++) {
          way.sent()
          const answer = await fetch(`${at}${path}`, { method, headers })
          await answer.text()
          const refused = who === 'anonymous' && path === '/pg' && env.USERTWO_PHASE
          expect(answer.status, `${request}: ${program.said()}`).toBe(refused ? 401 : 200)
          const { statements, roundTrips } = way.sent()
          const bound = statements.filter((text) => text.includes(BINDING))
          const alone = bound.filter((text) => !text.includes(';'))
          seen.push({ statements: statements.length - alone.length, bindings: bound.length, roundTrips })
        }
        const least = (name: keyof Cost) => Math.min(...seen.slice(1).map((cost) => cost[name]))
        costs[`${who}: ${request}`] = {
          statements: least('statements'),
          bindings: least('bindings'),
          roundTrips: least('roundTrips'),
        }
      }
    return costs
  } finally {
    program.child.kill('SIGKILL')
  }
}

/** Each request that costs more than one query more than in the bare app, in words. */
function tooDear(costs: Record<string, Cost>): string[] {
  return Object.entries(costs).flatMap(([request, { statements, bindings, roundTrips }]) => {
    const before = bare[request]!
    return [
      ...(statements > before.statements + 1
        ? [`${request}: ${statements} statements, ${before.statements} bare`]
        : []),
      ...(roundTrips > before.roundTrips + 1
        ? [`${request}: ${roundTrips} round trips, ${before.roundTrips} bare`]
        : []),
      ...(bindings > statements ? [`${request}: ${bindings} bindings of ${statements} statements`] : []),
    ]
  })
}

/** The costs at dial 8, with edits in the toolkit. */
async function wrappedCosts(edits: readonly Edit[] = []): Promise<Record<string, Cost>> {
  const { surroundings } = await built<typeof import('../proof/gate/app/surroundings.js')>(
    'proof/gate/app/surroundings.js',
  )
  const env = {
    ENVIRONMENT: 'test',
    JWT_SECRET: SECRET,
    LOG_LEVEL: 'error',
    USERTWO_PHASE: '8',
  }
  if (edits.length === 0) return costsOf(database.url, env)
  const around = surroundings(folder, env, { edits: [...edits] })
  try {
    return await costsOf(database.url, around.env)
  } finally {
    around.release()
  }
}

beforeAll(async () => {
  await build()
  folder = mkdtempSync(join(tmpdir(), 'usertwo-queries-'))
  symlinkSync(MODULES, join(folder, 'node_modules'))
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
  database = await notesDatabase(2)
  const plain = await freshDatabase()
  const { default: pg } = await import('pg')
  const client = new pg.Client(plain.url)
  await client.connect()
  await client.query(TABLES)
  await client.end()
  bare = await costsOf(plain.url, {})
}, 120_000)
afterAll(async () => {
  for (const way of ways) await way.stop()
  await database?.end()
  rmSync(folder, { recursive: true, force: true })
})

describe('mistake 21: authentication and isolation add at most one query to a request', () => {
  test('in the bare app the queries of each request are counted', () => {
    expect(bare).toEqual({
      'user: GET /pg': { statements: 1, bindings: 0, roundTrips: 1 },
      'user: GET /knex': { statements: 1, bindings: 0, roundTrips: 1 },
      'user: POST /pg': { statements: 1, bindings: 0, roundTrips: 1 },
      'user: POST /knex': { statements: 1, bindings: 0, roundTrips: 1 },
      'user: PUT /knex': { statements: 4, bindings: 0, roundTrips: 4 },
      'anonymous: GET /open': { statements: 1, bindings: 0, roundTrips: 1 },
      'anonymous: GET /pg': { statements: 1, bindings: 0, roundTrips: 1 },
    })
  })

  test('at dial 8, for reads and writes of a user and for anonymous requests', async () => {
    const costs = await wrappedCosts()
    expect(tooDear(costs)).toEqual([])
    expect(costs['user: GET /pg']).toMatchObject({ statements: 2, roundTrips: 2 })
    expect(costs['anonymous: GET /pg']).toEqual({ statements: 0, bindings: 0, roundTrips: 0 })
  }, 60_000)

  test.each<[string, Edit]>([
    [
      'a login that is looked up twice',
      {
        file: 'dist/src/phases/4-auth/sessions/identify.js',
        find: 'const person = claims && (await lookUp.find(claims))',
        replace:
          'if (claims) await lookUp.find(claims); const person = claims && (await lookUp.find(claims))',
      },
    ],
  ])(
    '%s is noticed',
    async (_what, edit) => {
      const dear = tooDear(await wrappedCosts([edit]))
      expect(dear).toContain('user: GET /pg: 3 statements, 1 bare')
      expect(dear).toContain('user: PUT /knex: 6 statements, 4 bare')
      expect(dear.filter((one) => one.startsWith('anonymous'))).toEqual([])
    },
    60_000,
  )
})
