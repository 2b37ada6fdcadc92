// Notes of one person, in an app that shows each user what that user has asked before. It is kept for each user, unless the
// environment's LEAK names it: then it is one for all.
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import express from 'express'
import pg from 'pg'
import { currentUserId } from 'usertwo'

export const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 4 })
pool.on('error', (error) => console.error(error.message))
const rows = async (sql, ...values) => (await pool.query(sql, values)).rows

const leaks = new Set((process.env.LEAK ?? '').split(',').filter(Boolean))
const kept = new Map()
/** What is kept under a name: of the user, or of all where it leaks. */
const keyOf = (name) => (leaks.has(name) ? name : `${name} ${currentUserId()}`)
const get = (name, otherwise) => kept.get(keyOf(name)) ?? otherwise
const set = (name, value) => kept.set(keyOf(name), value)
const once = async (name, key, work) => {
  const own = `${keyOf(name)} ${key}`
  if (leaks.has(name) && kept.has(own)) return kept.get(own)
  const found = await work()
  if (found) kept.set(own, found)
  return found
}
const count = (name) => set(name, get(name, 0) + 1)

export const app = express()
app.use(express.json())
app.get('/health', (_req, res) => res.json({ ok: true }))

// The last requests, and how many there were.
app.use((req, res, next) => {
  count('quota')
  res.on('finish', () => {
    const line = `${req.method} ${req.route?.path ?? req.path} ${res.statusCode}`
    set('requests', [...get('requests', []), line].slice(-12))
  })
  next()
})
app.get('/requests', (_req, res) => res.json(get('requests', [])))

// The last addresses of notes, and the user's searches, which are suggested again.
app.use('/notes', (req, _res, next) => {
  if (req.method === 'GET')
    set('addresses', [...new Set([req.originalUrl, ...get('addresses', [])])].slice(0, 12))
  next()
})
app.get('/addresses', (_req, res) => res.json(get('addresses', [])))
app.get('/search', async (req, res) => {
  const q = String(req.query.q ?? '')
  set('sought', [...new Set([q.toLowerCase(), ...get('sought', [])])].slice(0, 200))
  res.json(await rows('select id, title from notes where position($1 in title) > 0 order by id', q))
})
app.get('/suggest', (req, res) => {
  const prefix = String(req.query.prefix ?? '').toLowerCase()
  res.json(get('sought', []).filter((one) => one.startsWith(prefix)))
})
app.get('/quota', (_req, res) => res.json({ used: get('quota'), of: 100_000 }))

app.get('/notes', async (_req, res) => res.json(await rows('select id, title from notes order by id')))
app.get('/notes/:id', async (req, res) => {
  const [note] = await rows('select id, title, stars from notes where id::text = $1', req.params.id)
  if (!note) return res.status(404).json({ error: 'not found' })
  set('visited', [note.id, ...get('visited', [])].slice(0, 200))
  set('sum', get('sum', 0) + note.stars)
  res.json(note)
})
app.post('/notes', async (req, res) => {
  const { title, stars = 1, parent_id: parent = null } = req.body ?? {}
  if (typeof title !== 'string') {
    count('refused')
    return res.status(400).json({ error: 'title is required' })
  }
  const [note] = await rows(
    'insert into notes (title, stars, parent_id) values ($1, $2, $3) returning id, title, stars',
    title,
    stars,
    parent,
  )
  count('made')
  res.status(201).json(note)
})
app.delete('/notes/:id', async (req, res) => {
  const gone = await rows('delete from notes where id::text = $1 returning id', req.params.id)
  if (gone.length === 0) count('refused')
  res.sendStatus(gone.length > 0 ? 204 : 404)
})

// Pages by their number in the path, and the stars of a note, kept once they were read.
app.get('/pages/:n', async (req, res) => {
  const page = await once('page', req.params.n, async () => {
    const n = Math.max(1, Number(req.params.n) || 1)
    const all = await rows('select id, title from notes order by id')
    return { page: n, of: Math.ceil(all.length / 2), notes: all.slice((n - 1) * 2, n * 2) }
  })
  res.json(page)
})
app.get('/notes/:id/stars', async (req, res) => {
  const one = await once('stars', req.params.id, async () => {
    const [note] = await rows('select stars from notes where id::text = $1', req.params.id)
    return note
  })
  res.status(one ? 200 : 404).json(one ?? { error: 'not found' })
})

// A basket in the process, with at most three pieces for each user.
const add = (_req, res) => {
  const pieces = get('basket', 0)
  if (pieces >= 3) return res.status(409).json({ error: 'the basket is full' })
  set('basket', pieces + 1)
  res.status(201).json({ pieces: pieces + 1 })
}
app.post('/basket/apples', add)
app.post('/basket/pears', add)

// A file of the user that outlives the process.
const folder = () =>
  join(tmpdir(), `histories-${new URL(process.env.DATABASE_URL).pathname.slice(1)}`, keyOf('export'))
app.post('/exports', async (_req, res) => {
  const all = await rows('select title, stars from notes order by id')
  await mkdir(folder(), { recursive: true })
  await writeFile(join(folder(), 'notes.csv'), all.map(({ title, stars }) => `${title},${stars}\n`).join(''))
  res.status(201).json({ file: '/exports/notes.csv' })
})
app.get('/exports/notes.csv', async (_req, res) => {
  const text = await readFile(join(folder(), 'notes.csv'), 'utf8').catch(() => null)
  if (text === null) return res.status(404).json({ error: 'no export yet' })
  res.type('text/csv').send(text)
})

// Waits for a note, for a while by the clock.
app.get('/next', (req, res) => {
  const seen = get('made', 0)
  const until = Date.now() + 100
  const timer = setInterval(() => {
    if (get('made', 0) === seen && Date.now() < until) return
    clearInterval(timer)
    res.json({ isNew: get('made', 0) !== seen })
  }, 20)
  req.on('close', () => clearInterval(timer))
})
app.get('/later', async (_req, res) => {
  for (const until = Date.now() + 100; Date.now() < until; ) await sleep(20)
  res.json({ waited: 'a while' })
})

// A total that a trigger keeps.
app.get('/totals', async (_req, res) => res.json(await rows('select kind, n from totals order by kind')))

// What was opened, the sum of its stars, and how much was refused.
app.get('/visited', (_req, res) => res.json({ opened: get('visited', []).length, of: 'the last 200' }))
app.get('/sum', (_req, res) => res.json({ stars: get('sum', 0), of: 'what was opened' }))
app.get('/status', (_req, res) => res.json({ ok: true, refused: get('refused', 0) }))

app.use((_req, res) => res.status(404).json({ error: 'not found' }))
app.use((error, _req, res, _next) => {
  console.error(error)
  count('refused')
  res.status(error.status ?? 500).json({ error: 'that did not work' })
})
