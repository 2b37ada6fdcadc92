// Wishes of one person. Its sessions are not a login: they keep the room that the list shows, and a message for the next page.
const express = require('express')
const session = require('express-session')
const pgSession = require('connect-pg-simple')
const { Pool } = require('pg')

const pool = new Pool({ connectionString: process.env.DATABASE_URL })
pool.on('error', (error) => console.error(error.message))
const app = express()
app.use(express.json())
app.get('/health', (_req, res) => res.json({ ok: true }))
app.use(
  session({
    store: new (pgSession(session))({ pool, createTableIfMissing: true }),
    secret: process.env.SESSION_SECRET || 'only for development',
    resave: false,
    saveUninitialized: false,
  }),
)

const to = (work) => (req, res, next) => work(req, res).catch(next)

app.get(
  '/wishes',
  to(async (req, res) => {
    const { room = null, flash = null } = req.session
    delete req.session.flash
    const text = 'select * from wishes where $1::text is null or room = $1 order by id'
    res.json({ flash, wishes: (await pool.query(text, [room])).rows })
  }),
)
app.post(
  '/wishes',
  to(async (req, res) => {
    const { title, room } = req.body
    if (!title) return res.status(400).json({ error: 'title is required' })
    const text = "insert into wishes (title, room) values ($1, coalesce($2, 'kitchen')) returning *"
    const { rows } = await pool.query(text, [title, room])
    req.session.flash = `wished for ${rows[0].title}`
    res.status(201).json(rows[0])
  }),
)
app.post('/room', (req, res) => {
  req.session.room = req.body.room
  res.json({ room: req.session.room ?? null })
})
app.delete(
  '/wishes/:id',
  to(async (req, res) => {
    const { rowCount } = await pool.query('delete from wishes where id = $1', [req.params.id])
    res.status(rowCount ? 204 : 404).end()
  }),
)
app.use((error, _req, res, _next) => {
  console.error(error)
  res.status(500).json({ error: 'that did not work' })
})

const port = process.env.PORT || 3000
app.listen(port, () => console.log(`listening on ${port}`))
