import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readSources } from '../../../reading/syntax/sources.js'
import { parseConfig } from '../../../src/config/config.js'
import type { Ownership } from './owners.js'
import { sessionsBeside } from './sessions-beside.js'

const ownershipOf = (...names: string[]): Ownership => ({
  users: { table: 'users', id: 'id', password: null, exists: false, making: null },
  ownerId: 1,
  tables: names.map((name) => ({ name, owner: 'user_id', why: 'added' })),
  guesses: names.map((name) => ({
    about: `table ${name}`,
    says: 'owned',
    sure: 'likely',
    at: 'the catalog',
  })),
  unsure: [],
  points: [],
})

async function besideOf(options: string, ...tables: string[]) {
  return besideIn(
    `const { ConnectSessionKnexStore } = require('connect-session-knex')
       app.use(session({ store: new ConnectSessionKnexStore(${options}) }))`,
    ...tables,
  )
}

async function besideIn(source: string, ...tables: string[]) {
  const folder = mkdtempSync(join(tmpdir(), 'usertwo-sessions-beside-'))
  try {
    writeFileSync(join(folder, 'package.json'), '{ "dependencies": { "express": "^4" } }')
    writeFileSync(
      join(folder, 'server.js'),
      `const session = require('express-session')
       ${source}`,
    )
    const app = { start: ['node', 'server.js'] }
    const config = parseConfig({ app, owner: { id: 1 }, users: { table: 'users' } })
    const { server } = await readSources(folder, config)
    const { ownership, sql } = sessionsBeside(server, ownershipOf(...tables), false)
    return {
      classes: ownership.tables.map((one) => ('access' in one ? one.access : 'owned')),
      sql,
      ownership,
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

test('the table of a store of knex that a migration makes is one of sessions, by its name or the usual one', async () => {
  expect((await besideOf("{ knex: db, tableName: 'kept' }", 'notes', 'kept')).classes).toEqual([
    'owned',
    'session',
  ])
  const { classes, ownership, sql } = await besideOf('{ knex: db }', 'sessions')
  expect({ classes, sql, points: ownership.points }).toEqual({ classes: ['session'], sql: '', points: [] })
})

test('a store of knex whose table no migration makes is named', async () => {
  const { classes, ownership } = await besideOf('{ knex: db }', 'notes')
  expect(classes).toEqual(['owned'])
  expect(ownership.points).toEqual([expect.stringContaining('let a migration make the table')])
})

const PG = "const Store = require('connect-pg-simple')(session)\n"

test.each([
  [
    'a store that makes its table in a request',
    'createTableIfMissing: true',
    'let a migration make the table session (createTableIfMissing: false)',
  ],
  ['a store whose table nothing makes', 'pool', 'no migration makes its table of sessions session: add one'],
])('%s is named, and the seed makes the table', async (_, option, says) => {
  const { classes, sql, ownership } = await besideIn(
    `${PG}app.use(session({ store: new Store({ ${option} }), saveUninitialized: true }))`,
    'notes',
  )
  expect(classes).toEqual(['owned', 'session'])
  expect(sql).toContain('create table if not exists "session"')
  expect(ownership.points).toEqual([expect.stringMatching(/^server\.js:\d+: /)])
  expect(ownership.points[0]).toContain(says)
})

test('sessions in the memory of the process, or in Redis, need no table', async () => {
  for (const options of ['{ secret }', "{ store: new (require('connect-redis').RedisStore)({ client }) }"]) {
    const { classes, sql, ownership } = await besideIn(`app.use(session(${options}))`, 'notes')
    expect([classes, sql, ownership.points]).toEqual([['owned'], '', []])
  }
})
