// A calendar of one person: entries under keys that the client chooses, as text, and a stream of what has changed.
const express = require('express')
const { Pool } = require('pg')

const pool = new Pool({ connectionString: process.env.DATABASE_URL })
const app = express()
const to = (work) => (req, res, next) => work(req, res).catch(next)

/** The open pages, each with its user. */
const pages = new Map()
const userOf = () => 'owner'
const send = (page, data) => page.write(`data: ${data}\n\n`)
const toAll = (data) => {
  for (const page of pages.keys()) send(page, data)
}
const queued = []
const changed = (uid, body) => queued.push({ user: userOf(), uid, body })
const tell = ({ user, uid, body }) => {
  for (const [page, of] of pages) if (of === user) send(page, JSON.stringify({ uid, body }))
}
setInterval(() => queued.splice(0).forEach(tell), 50)
// For all pages: the time, a beat, and a tip.
setInterval(() => toAll(JSON.stringify({ now: new Date() })), 250)
setInterval(() => toAll('beat'), 1_000)
setInterval(
  () => toAll(JSON.stringify({ tip: ['walk', 'read', 'rest'][Math.floor(Math.random() * 3)] })),
  5_000,
)

app.get('/health', (_req, res) => res.json({ ok: true }))
app.get(
  '/entries',
  to(async (_req, res) => res.json((await pool.query('select uid from entries order by uid')).rows)),
)
app.get(
  '/entries/:uid',
  to(async (req, res) => {
    const { rows } = await pool.query('select body from entries where uid = $1', [req.params.uid])
    if (rows.length === 0) return res.status(404).end()
    res.type('text/calendar').send(rows[0].body)
  }),
)
app.put(
  '/entries/:uid',
  express.text({ type: 'text/*' }),
  to(async (req, res) => {
    if (typeof req.body !== 'string' || !req.body.startsWith('BEGIN:')) return res.status(415).end()
    const { uid } = req.params
    await pool.query(
      'insert into entries (uid, body) values ($1, $2) on conflict (uid) do update set body = excluded.body',
      [uid, req.body],
    )
    changed(uid, req.body)
    res.status(204).end()
  }),
)
app.get('/changes', (req, res) => {
  res.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' })
  res.write(': hello\n\n')
  pages.set(res, userOf())
  req.on('close', () => pages.delete(res))
})
const port = process.env.PORT || 3000
app.listen(port, () => console.log(`listening on ${port}`))
