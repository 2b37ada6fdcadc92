// Items of one person, with a stream of events and a WebSocket on the app's own server. Both read for who opened them.
const http = require('node:http')
const express = require('express')
const { Pool } = require('pg')
const { WebSocketServer } = require('ws')

const pool = new Pool({ connectionString: process.env.DATABASE_URL })
const app = express()
app.use(express.json())

const to = (work) => (req, res, next) => work(req, res).catch(next)
const items = async () => (await pool.query('select * from items order by id')).rows
/** Called with each new item. */
const listeners = new Set()
const created = (_item) => {}

app.get('/health', (_req, res) => res.json({ ok: true }))
app.get(
  '/api/items',
  to(async (_req, res) => res.json(await items())),
)
app.post(
  '/api/items',
  to(async (req, res) => {
    const { title } = req.body
    if (!title) return res.status(400).json({ error: 'title is required' })
    const { rows } = await pool.query('insert into items (title) values ($1) returning *', [title])
    created(rows[0])
    res.status(201).json(rows[0])
  }),
)
app.delete(
  '/api/items/:id',
  to(async (req, res) => {
    const { rowCount } = await pool.query('delete from items where id = $1', [req.params.id])
    res.status(rowCount ? 204 : 404).end()
  }),
)
app.get(
  '/api/events',
  to(async (req, res) => {
    const rows = await items()
    res.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' })
    const send = (item) => res.write(`data: ${JSON.stringify(item)}\n\n`)
    for (const one of rows) send(one)
    listeners.add(send)
    const beat = setInterval(() => res.write(': beat\n\n'), 200)
    req.on('close', () => {
      listeners.delete(send)
      clearInterval(beat)
    })
  }),
)

const server = http.createServer(app)
const sockets = new WebSocketServer({ server, path: '/ws' })
sockets.on('connection', (socket) => {
  socket.on('message', async (data) =>
    socket.send(JSON.stringify({ to: String(data), items: await items() })),
  )
  socket.on('error', (error) => console.error(error.message))
})

const port = process.env.PORT || 3000
server.listen(port, () => console.log(`listening on ${port}`))
