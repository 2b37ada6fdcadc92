// ESM, createServer around the app after a query that is awaited, knex.
import { createServer } from 'node:http'
import express from 'express'
import knex from 'knex'

const db = knex({ client: 'pg', connection: process.env.DATABASE_URL, pool: { min: 0, max: 2 } })
await db.raw('select 1')
const app = express()
app.get('/health', (_req, res) => res.send('ok'))
app.get('/notes', async (_req, res) => res.json(await db('notes').orderBy('id').pluck('text')))
app.get('/debug/notes', async (_req, res) => res.json(await db('notes')))
const server = createServer((req, res) => app(req, res))
server.listen(process.env.PORT, '127.0.0.1', () => console.log(`port ${server.address().port}`))
