import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { catalogOf } from '../../../proof/inventory/look.js'
import { withClient } from '../../../src/database/with-client.js'
import { freshDatabase } from '../../../test/support/postgres.js'
import { onceFollowed } from '../reading/reading.js'
import { unmadeRows } from './unmade-rows.js'

const SERVER = `import express from 'express'
import pg from 'pg'
import { drizzle } from 'drizzle-orm/node-postgres'
import { eq } from 'drizzle-orm'
import { integer, pgTable, text } from 'drizzle-orm/pg-core'
const pool = new pg.Pool()
const db = drizzle(pool)
const limits = pgTable('limits', { name: text('name').primaryKey(), value: integer('value') })
const moods = pgTable('moods', { day: text('day').primaryKey(), mood: text('mood') })
const app = express()
async function count(name) {
  const { rows } = await pool.query('update counters set value = value + 1 where name = $1 returning value', [name])
  return rows[0].value
}
app.post('/visits', async (req, res) => res.json({ visits: await count('visits') }))
app.put('/limits/:name', async (req, res) => {
  const [row] = await db.update(limits).set({ value: req.body.value }).where(eq(limits.name, req.params.name)).returning()
  res.json(row.value)
})
app.put('/moods/:day', async (req, res) => {
  await db.insert(moods).values({ day: req.params.day, mood: req.body.mood }).onConflictDoUpdate({ target: moods.day, set: { mood: req.body.mood } })
  res.end()
})
app.patch('/moods/:day', async (req, res) => {
  await db.update(moods).set({ mood: req.body.mood }).where(eq(moods.day, req.params.day))
  res.end()
})
app.post('/notes', async (req, res) => res.json(await pool.query('insert into notes (text) values ($1)', [req.body.text])))
app.put('/notes/:id', async (req, res) => res.json(await pool.query('update notes set text = $1 where id = $2', [req.body.text, req.params.id])))
app.delete('/old/:id', async (req, res) => res.json(await pool.query('delete from old where id = $1', [req.params.id])))
app.put('/settings', async (req, res) => res.json(await pool.query('update settings set theme = $1', [req.body.theme])))
app.listen(3000)
`

test('names a table whose rows routes change and no route makes', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'usertwo-unmade-'))
  try {
    writeFileSync(
      join(folder, 'package.json'),
      '{ "type": "module", "dependencies": { "express": "^5", "pg": "^8", "drizzle-orm": "^0.45" } }',
    )
    writeFileSync(join(folder, 'server.js'), SERVER)
    const { adminUrl } = await freshDatabase()
    await withClient(adminUrl, 'test', (client) =>
      client.query(`create table counters (name text primary key, value int); create table limits (name text primary key, value int);
        create table moods (day text primary key, mood text); create table notes (id serial primary key, text text);
        create table old (id serial primary key); create table settings (theme text); create table empty (name text);
        insert into counters values ('visits', 3), ('reads', 5)`),
    )
    const { tables } = await catalogOf(adminUrl)
    const routes = await onceFollowed(folder)()
    const entries = tables.map(({ name }) => ({
      name,
      owner: 'user_id',
      why: '',
      ...(name === 'settings' && { perUser: true as const }),
    }))
    const counts = new Map(tables.map(({ name }) => [name, name === 'empty' ? 0 : 3]))
    const sql = (text: string) =>
      withClient(adminUrl, 'test', async (client) => (await client.query(text)).rows as never)
    const said = await unmadeRows(tables, routes, { tables: entries }, counts, { sql }, new Set())
    expect(said.sort()).toEqual([
      expect.stringMatching(
        /^table counters: POST \/visits changes its rows and no route adds one, so a new user has none: .* tables\.counters\.newUserRows: \[\{ name: 'reads' \}, \{ name: 'visits' \}\];/,
      ),
      expect.stringMatching(/^table limits: PUT \/limits\/:name changes its rows/),
    ])
    const without = (added: (string | null)[], some = counts) =>
      unmadeRows(tables, routes, { tables: entries }, some, { sql }, new Set(added))
    expect(await without([], new Map())).toEqual([])
    expect(await without(['counters', 'other'])).toEqual([expect.stringMatching(/^table limits: /)])
    expect(await without([null])).toEqual([])
  } finally {
    rmSync(folder, { recursive: true })
  }
})
