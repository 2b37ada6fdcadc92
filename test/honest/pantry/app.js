// A pantry for one person. Jars name a kind that everybody reads and nobody writes, and a shelf that everybody reads and
// its owner writes, both by numbers that are also keys of somebody's jars.
// Notes name a jar by a number that no foreign key holds to.
import express from 'express'
import pg from 'pg'

export const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 2 })
pool.on('error', (error) => console.error(error.message))
const rows = async (sql, ...values) => (await pool.query(sql, values)).rows

export const app = express()
app.use(express.json())

app.get('/health', (_req, res) => res.json({ ok: true }))
app.get('/kinds', async (_req, res) => res.json(await rows('select id, label from kinds order by id')))
app.get('/kinds/:id', async (req, res) =>
  answer(res, await rows('select id, label from kinds where id = $1', numberOf(req.params.id))),
)
app.get('/shelves', async (_req, res) => res.json(await rows('select id, label from shelves order by id')))
app.put('/shelves/:id', async (req, res) => {
  const { label } = req.body ?? {}
  if (typeof label !== 'string' || !label) return res.status(400).json({ error: 'label is missing' })
  const text = 'update shelves set label = $1 where id = $2 returning id, label'
  answer(res, await rows(text, label, numberOf(req.params.id)))
})
app.get('/jars', async (req, res) => {
  const { kind_id: kind } = req.query
  const text =
    'select id, label, kind_id, shelf_id from jars where kind_id = coalesce($1, kind_id) order by id'
  res.json(await rows(text, kind === undefined ? null : numberOf(kind)))
})
app.post('/jars', async (req, res) => {
  const { label, kind_id: kind, shelf_id: shelf } = req.body ?? {}
  if (typeof label !== 'string' || !label) return res.status(400).json({ error: 'label is missing' })
  const text = 'insert into jars (label, kind_id, shelf_id) values ($1, $2, $3) returning *'
  const [jar] = await rows(text, label, numberOf(kind), numberOf(shelf))
  res.status(201).json({ id: jar.id, label, kind_id: jar.kind_id, shelf_id: jar.shelf_id })
})
app.put('/jars/:id', async (req, res) => {
  const text = 'update jars set kind_id = $1 where id = $2 returning id, label, kind_id'
  answer(res, await rows(text, numberOf(req.body?.kind_id), numberOf(req.params.id)))
})

app.get('/jars/:id/notes', async (req, res) =>
  res.json(await rows('select id, text from notes where jar_id = $1 order by id', numberOf(req.params.id))),
)
app.post('/notes', async (req, res) => {
  const { jar_id: jar, text } = req.body ?? {}
  if (typeof text !== 'string' || !text) return res.status(400).json({ error: 'text is missing' })
  const [note] = await rows(
    'insert into notes (jar_id, text) values ($1, $2) returning *',
    numberOf(jar),
    text,
  )
  res.status(201).json({ id: note.id, jar_id: note.jar_id, text })
})

app.post('/jars/:id/notes', async (req, res) => {
  const { text } = req.body ?? {}
  if (typeof text !== 'string' || !text) return res.status(400).json({ error: 'text is missing' })
  const jar = numberOf(req.params.id)
  const [note] = await rows('insert into notes (jar_id, text) values ($1, $2) returning id, text', jar, text)
  res.status(201).json(note)
})

// What is no number is the key of nothing.
const numberOf = (id) => (/^\d{1,9}$/.test(id) ? Number(id) : 0)

function answer(res, [found]) {
  if (!found) return res.status(404).json({ error: 'not found' })
  res.json(found)
}

app.use((error, _req, res, _next) => {
  const isUnknown = error.code === '23503'
  if (!isUnknown) console.error(error)
  res.status(isUnknown ? 400 : (error.status ?? 500)).json({ error: 'that did not work' })
})
