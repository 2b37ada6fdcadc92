import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { catalogOf } from '../../../proof/inventory/look.js'
import { withClient } from '../../../src/database/with-client.js'
import { freshDatabase } from '../../../test/support/postgres.js'
import { onceFollowed } from '../reading/reading.js'
import { secretRoutes } from './secret-routes.js'

const SCHEMA = `create table users (id serial primary key);
  create table feeds (id serial primary key, secret text unique, user_id int references users);
  create table api_keys (id serial primary key, key varchar(60) unique, user_id int references users);
  create table notes (id serial primary key, slug text unique, code int unique, token text, user_id int references users);
  create table items (id serial primary key, barcode text unique, "inviteCode" text unique, user_id int references users);
  create table plans (id serial primary key, secret_code text unique)`

const SOURCE = `const express = require('express')
const { Pool } = require('pg')
const pool = new Pool()
const app = express()
app.get('/feeds/:token.ics', async (req, res) => {
  res.json((await pool.query('select * from feeds where secret = $1', [req.params.token])).rows)
})
app.get('/export', async (req, res) => {
  res.json((await pool.query('select * from api_keys where key = $1', [req.query.key])).rows)
})
app.get('/notes/:slug', async (req, res) => {
  res.json((await pool.query('select * from notes where slug = $1', [req.params.slug])).rows)
})
app.get('/codes/:code', async (req, res) => {
  res.json((await pool.query('select * from notes where code = $1', [req.params.code])).rows)
})
app.get('/tokens/:token', async (req, res) => {
  res.json((await pool.query('select * from notes where token = $1', [req.params.token])).rows)
})
app.get('/plans/:code', async (req, res) => {
  res.json((await pool.query('select * from plans where secret_code = $1', [req.params.code])).rows)
})
app.get('/items/:barcode', async (req, res) => {
  res.json((await pool.query('select * from items where barcode = $1', [req.params.barcode])).rows)
})
app.get('/invited/:code', async (req, res) => {
  res.json((await pool.query('select * from items where "inviteCode" = $1', [req.params.code])).rows)
})
app.post('/webhooks/payments', (req, res) => res.end())
app.post('/webhooks/:id', (req, res) => res.end())
app.post('/hooked', (req, res) => res.end())
`

test('a line is proposed for a route that finds a row by a secret, and for a webhook', async () => {
  const { adminUrl } = await freshDatabase()
  const folder = mkdtempSync(join(tmpdir(), 'usertwo-secret-routes-'))
  try {
    writeFileSync(join(folder, 'package.json'), '{ "dependencies": { "express": "^5", "pg": "^8" } }')
    writeFileSync(join(folder, 'server.js'), SOURCE)
    await withClient(adminUrl, 'test', (client) => client.query(SCHEMA))
    const tables = ['feeds', 'api_keys', 'notes', 'items'].map((name) => ({
      name,
      owner: 'user_id',
      why: 'it is so',
      ...(name === 'feeds' && { unique: ['feeds_secret_key'] }),
    }))
    const known = { tables, ownerId: 1 }
    const points = secretRoutes(await catalogOf(adminUrl), await onceFollowed(folder)(), known)
    const lines = points.map((one) => /add to routes: (.+?)(?:; its path.*)? \(docs/.exec(one)![1])
    expect(lines).toEqual([
      "links: { 'GET /feeds/:token.ics': { table: 'feeds', token: 'secret' } }, and take 'feeds_secret_key' out of tables.feeds.unique",
      "links: { 'GET /export?key=:token': { table: 'api_keys', token: 'key' } }",
      "links: { 'GET /invited/:token': { table: 'items', token: 'inviteCode' } }",
      "hooks: { 'POST /webhooks/payments': { user: 1 } }",
    ])
  } finally {
    rmSync(folder, { recursive: true })
  }
})
