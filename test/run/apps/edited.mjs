// Two edits: a server of the app's own, or one that mounts the wrapped app; a thread that begins as the app loads.
import { createServer } from 'node:http'
import { createSecureServer } from 'node:http2'
import express from 'express'
import pg from 'pg'
import { scope, usertwo } from 'usertwo'
import { selfSigned } from '../../../dist/lab/rehearsal/self-signed.js'
import { rowsOf } from './loads-dial.cjs'

const { PORT, SERVES, STARTUP } = process.env
const pool = scope(new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 2 }))
const app = express()
app.get('/notes', async (_req, res) =>
  res.json((await pool.query('select text from notes order by id')).rows),
)
app.get('/plants', async (_req, res) => res.json((await pool.query('select * from plants')).rows))
app.get('/thread/:id', async (req, res) => res.json(await rowsOf(req.params.id)))
const wrapped = usertwo(app, {
  app: { start: ['node', 'edited.mjs'] },
  ...(STARTUP && { startup: STARTUP }),
  owner: { id: 1 },
  users: { table: 'users' },
  tables: { notes: { owner: 'user_id' }, ...(process.env.PLANTS && { plants: { owner: 'user_id' } }) },
  routes: { public: ['GET /health'], debug: ['/debug'] },
})
const kinds = {
  own: () => createServer(wrapped),
  within: () => createServer((req, res) => wrapped(req, res)),
  second: () => createSecureServer({ allowHTTP1: true, ...selfSigned }, wrapped),
}
const server = kinds[SERVES]()
for (const event of ['upgrade', 'connect'])
  server.on(event, (_req, socket) => socket.end('HTTP/1.1 101 Switching Protocols\r\n\r\nin memory'))
server.listen(PORT, '127.0.0.1', () => console.log(`port ${server.address().port}`))
