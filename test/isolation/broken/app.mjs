// Notes of one person. The routes that the environment's BAD names break in front of their answer; LEAK names what the app keeps
// for all of its users in place of each.
import express from 'express'
import pg from 'pg'
import { currentUserId } from 'usertwo'

export const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 4 })
pool.on('error', (error) => console.error(error.message))
const rows = async (sql, ...values) => (await pool.query(sql, values)).rows

const named = (variable) => new Set((process.env[variable] ?? '').split(',').filter(Boolean))
const [bad, leaks] = [named('BAD'), named('LEAK')]
const keyFor = (name) => (leaks.has(name) ? '' : String(currentUserId()))

export const app = express()
app.use(express.json())

/** How an answer breaks, and what the app prints of it. */
const BREAKS = {
  'hangs-up'(_req, res) {
    console.error('Error: the printer has hung up')
    res.socket.destroy()
  },
  never() {
    console.error('Error: the report waits for a lock')
  },
  flood(_req, res) {
    console.error('Error: the report has no last page')
    const page = Buffer.alloc(1 << 20, 'a')
    const write = () => {
      while (!res.destroyed && res.write(page));
    }
    res.on('drain', write)
    write()
  },
  throws(_req, res, next) {
    res.write('[')
    next(new Error('the report is not JSON'))
  },
  ends() {
    console.error('Error: the report needs another Node')
    process.exit(3)
  },
}
for (const [name, broken] of Object.entries(BREAKS))
  app.get(`/reports/${name}`, async (req, res, next) => {
    if (bad.has(name)) return broken(req, res, next)
    res.json(await rows('select id, title from notes order by id'))
  })

app.get('/health', (_req, res) => res.json({ ok: true }))
app.get('/notes', async (_req, res) => res.json(await rows('select id, title, body from notes order by id')))
app.get('/notes/:id', async (req, res) => {
  const [note] = await rows('select id, title, body from notes where id::text = $1', req.params.id)
  res.status(note ? 200 : 404).json(note ?? { error: 'not found' })
})
app.post('/notes', async (req, res) => {
  const { title, body = '' } = req.body ?? {}
  if (typeof title !== 'string') return res.status(400).json({ error: 'title is required' })
  const [note] = await rows(
    'insert into notes (title, body) values ($1, $2) returning id, title',
    title,
    body,
  )
  res.status(201).json(note)
})

// A cache, and the notes as they were before they were changed: undo stores the last of them again.
const cached = new Map()
app.get('/titles', async (_req, res) => {
  const key = keyFor('titles')
  if (!cached.has(key)) cached.set(key, await rows('select title from notes order by title'))
  res.json(cached.get(key))
})
const before = new Map()
app.put('/notes/:id', async (req, res) => {
  const { title } = req.body ?? {}
  if (typeof title !== 'string') return res.status(400).json({ error: 'title is required' })
  const [note] = await rows('select title, body from notes where id::text = $1', req.params.id)
  if (!note) return res.status(404).json({ error: 'not found' })
  await rows('update notes set title = $2 where id::text = $1', req.params.id, title)
  before.set(keyFor('undo'), [...(before.get(keyFor('undo')) ?? []), note])
  cached.delete(keyFor('titles'))
  res.json({ saved: true })
})
app.post('/undo', async (_req, res) => {
  const last = before.get(keyFor('undo'))?.pop()
  if (!last) return res.status(409).json({ error: 'there is nothing to undo' })
  await rows('insert into notes (title, body) values ($1, $2)', last.title, last.body)
  res.json({ undone: true })
})

app.use((_req, res) => res.status(404).json({ error: 'not found' }))
app.use((error, _req, res, next) => {
  console.error(error)
  if (res.headersSent) return next(error)
  res.status(error.status ?? 500).json({ error: 'that did not work' })
})
