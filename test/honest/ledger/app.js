// A ledger beside notes, readings and files, whose requests seldom show again what they store: each way of writing once.
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import pgSession from 'connect-pg-simple'
import express from 'express'
import session from 'express-session'
import knex from 'knex'
import multer from 'multer'
import pg from 'pg'
import copy from 'pg-copy-streams'

export const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 4 })
export const db = knex({ client: 'pg', connection: process.env.DATABASE_URL, pool: { min: 0, max: 2 } })
pool.on('error', (error) => console.error(error.message))
const rows = async (sql, ...values) => (await pool.query(sql, values)).rows

export const app = express()
app.get('/health', (_req, res) => res.json({ ok: true }))
app.use(
  session({
    store: new (pgSession(session))({ pool }),
    secret: process.env.SESSION_SECRET || 'only for development',
    resave: false,
    saveUninitialized: false,
  }),
)
app.use(express.json())

app.get('/api/notes', async (req, res) =>
  res.json(
    await rows(
      'select id, text from notes where $1::text is null or text like $1 order by text, id',
      req.session.filter ?? null,
    ),
  ),
)
app.post('/api/filter', (req, res) => {
  req.session.filter = req.body.filter
  res.json({ filter: req.body.filter })
})
app.put('/api/notes/:id', async (req, res) => {
  await rows(
    'insert into notes (id, text) values ($1, $2) on conflict (id) do update set text = excluded.text',
    req.params.id,
    req.body.text,
  )
  res.status(204).end()
})
app.patch('/api/notes/:id', async (req, res) => {
  const { rowCount } = await pool.query('update notes set text = $2 where id = $1', [
    req.params.id,
    req.body.text,
  ])
  res.status(rowCount ? 200 : 404).json({ changed: rowCount })
})
app.delete('/api/notes/:id', async (req, res) => {
  await pool.query('delete from notes where id = $1', [req.params.id])
  res.status(204).end()
})
app.get('/api/entries', async (_req, res) =>
  res.json(await rows('select id, ref, amount, at, note from entries order by id')),
)
app.post('/api/entries', async (req, res) => {
  const { ref, amount, at, note } = req.body
  const made = await rows(
    'insert into entries (ref, amount, at, note) values ($1, $2, $3, $4) on conflict (ref) do nothing returning id',
    ref,
    amount,
    at,
    note,
  )
  res.status(201).json({ id: (made[0] ?? (await rows('select id from entries where ref = $1', ref))[0]).id })
})
app.post('/api/transfers', async (req, res) => {
  const client = await pool.connect()
  try {
    await client.query('begin')
    await client.query(
      "insert into entries (ref, amount, at, note) values ($1, $2, '2026-01-02T03:04:05.678Z', 'out')",
      [`${req.body.ref}-out`, -req.body.amount],
    )
    await client.query('savepoint half')
    try {
      await client.query(
        "insert into entries (ref, amount, at, note) values ($1, $2, '2026-01-02T03:04:05.678Z', 'in')",
        [req.body.to, req.body.amount],
      )
      await client.query('release savepoint half')
    } catch {
      await client.query('rollback to savepoint half')
      await client.query(
        "insert into entries (ref, amount, at, note) values ($1, $2, '2026-01-02T03:04:05.678Z', 'back')",
        [`${req.body.ref}-back`, req.body.amount],
      )
    }
    await client.query('commit')
    res.status(201).json({ ok: true })
  } catch (error) {
    await client.query('rollback')
    res.status(409).json({ error: error.code })
  } finally {
    client.release()
  }
})
app.post('/api/import', express.text({ type: 'text/csv', limit: '1mb' }), async (req, res) => {
  const client = await pool.connect()
  try {
    await client.query('begin')
    await client.query('create temp table incoming (day date, litres int) on commit drop')
    await pipeline(
      Readable.from([String(req.body)]),
      client.query(copy.from('copy incoming (day, litres) from stdin with (format csv)')),
    )
    await client.query('insert into readings (day, litres) select day, litres from incoming')
    await client.query('commit')
    res.status(204).end()
  } catch (error) {
    await client.query('rollback')
    res.status(400).json({ error: error.code ?? 'bad' })
  } finally {
    client.release()
  }
})
app.put(
  '/api/files/:name',
  express.raw({ type: 'application/octet-stream', limit: '5mb' }),
  async (req, res) => {
    await rows(
      'insert into files (name, body) values ($1, $2) on conflict (name) do update set body = excluded.body',
      req.params.name,
      req.body,
    )
    res.status(204).end()
  },
)
app.post('/api/pairs', async (req, res) => {
  const client = await pool.connect()
  try {
    await client.query('begin')
    for (const ref of req.body.refs)
      await client.query(
        "insert into entries (ref, amount, at, note) values ($1, 1, '2026-01-02T03:04:05Z', 'pair')",
        [ref],
      )
    await client.query('commit')
    res.status(201).json({ ok: true })
  } catch {
    await client.query('rollback')
    res.status(409).json({ error: 'taken' })
  } finally {
    client.release()
  }
})
app.post('/api/batch', async (req, res) => {
  await db('readings').insert(req.body.map(({ day, litres }) => ({ day, litres })))
  res.status(204).end()
})
app.put('/api/docs/:name', async (req, res) => {
  await rows(
    'insert into docs (name, doc) values ($1, $2) on conflict (name) do update set doc = excluded.doc',
    req.params.name,
    JSON.stringify(req.body.doc),
  )
  res.status(204).end()
})
app.post('/api/visits', async (req, res) => {
  await rows('insert into visits (at, place) values ($1, $2)', req.body.at, req.body.place)
  res.status(204).end()
})
app.post('/api/uploads', multer({ storage: multer.memoryStorage() }).single('file'), async (req, res) => {
  await rows(
    'insert into files (name, body) values ($1, $2)',
    req.body.name,
    req.file?.buffer ?? Buffer.alloc(0),
  )
  res.status(204).end()
})
app.post('/api/stars', async (req, res) => {
  const [made] = await rows('insert into stars (note) values ($1) returning id, code', req.body.note)
  await rows('insert into star_log (star, code) values ($1, $2)', made.id, made.code)
  res.status(204).end()
})
export async function digest() {
  const found = await rows('select count(*)::int as n from notes')
  await rows('insert into digests (n) values ($1)', found[0].n)
}
export const everyHour = (work) => setInterval(work, 3_600_000).unref()
