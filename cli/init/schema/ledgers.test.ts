import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { catalogOf } from '../../../proof/inventory/look.js'
import { withClient } from '../../../src/database/with-client.js'
import { freshDatabase } from '../../../test/support/postgres.js'
import { onceFollowed } from '../reading/reading.js'
import { ledgersIn, withLedgers } from './ledgers.js'

const SCHEMA = `create table applied (file text primary key, at timestamptz default now());
  create table steps (id serial primary key, name text);
  create table shown (file text primary key);
  create table parts (file text primary key);
  create table uses (part text references parts);
  create table kinds (name text primary key);
  create table notes (file text);
  insert into applied values ('001_habits.sql'), ('002_days.sql');
  insert into steps (name) values ('001_habits');
  insert into shown values ('001_habits.sql');
  insert into parts values ('001_habits.sql');
  insert into kinds values ('app');
  insert into notes values ('001_habits.sql'), ('my own')`

test('a table that names the files of the migrations that have run is closed', async () => {
  const { adminUrl } = await freshDatabase()
  const folder = mkdtempSync(join(tmpdir(), 'usertwo-ledgers-'))
  try {
    writeFileSync(join(folder, 'package.json'), '{ "dependencies": { "express": "^5", "pg": "^8" } }')
    writeFileSync(
      join(folder, 'server.js'),
      `const app = require('express')()
       const pool = new (require('pg').Pool)()
       app.get('/shown', async (req, res) => res.json((await pool.query('select file from shown')).rows))`,
    )
    for (const file of ['migrations/001_habits.sql', 'migrations/002_days.sql', 'src/app.js']) {
      mkdirSync(join(folder, file, '..'), { recursive: true })
      writeFileSync(join(folder, file), '')
    }
    await withClient(adminUrl, 'test', async (client) => {
      await client.query(SCHEMA)
      const catalog = await catalogOf(adminUrl)
      const counts = new Map(catalog.tables.map(({ id, name }) => [id, name === 'uses' ? 0 : 1]))
      const database = { sql: async (text: string) => (await client.query(text)).rows as never[] }
      const routes = await onceFollowed(folder)()
      const found = await ledgersIn(catalog, database, { folder, counts, routes })
      expect([...found]).toEqual([
        ['applied', 'migrations'],
        ['steps', 'migrations'],
      ])
      const says = { about: 'table applied', says: 'owned', sure: 'likely' as const, at: '' }
      const { tables, guesses, points } = withLedgers(
        {
          users: { table: 'users', id: 'id', password: null, exists: false, making: null },
          ownerId: 1,
          tables: ['applied', 'notes'].map((name) => ({ name, owner: 'user_id', why: 'added' })),
          guesses: [says, { ...says, about: 'table notes' }],
          unsure: [],
          points: ['table applied: look', 'table notes: look'],
        },
        new Map([['applied', 'migrations']]),
      )
      expect(tables).toMatchObject([{ access: 'closed' }, { owner: 'user_id' }])
      expect(guesses.map(({ about }) => about)).toEqual(['table notes', 'table applied'])
      expect(points).toEqual(['table notes: look'])
    })
  } finally {
    rmSync(folder, { recursive: true })
  }
})
