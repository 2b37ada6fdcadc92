// Notes, tasks and readings of an app that works offline: its client makes the keys, and sends everything again until
// it has an answer.
import express from 'express'
import pg from 'pg'

export const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 2 })
pool.on('error', (error) => console.error(error.message))
const rows = async (sql, ...values) => (await pool.query(sql, values)).rows
const answer = (res, [row]) => res.status(row ? 200 : 404).json(row ?? { error: 'not found' })

export const app = express()
app.use(express.json())
app.get('/health', (_req, res) => res.json({ ok: true }))

app.get('/api/notes', async (_req, res) =>
  res.json(await rows('select id, text from notes order by text, id')),
)
app.get('/api/notes/:id', async (req, res) =>
  answer(res, await rows('select id, text from notes where id = $1', req.params.id)),
)
app.put('/api/notes/:id', async (req, res) =>
  answer(
    res,
    await rows(
      `insert into notes (id, text) values ($1, $2)
       on conflict (id) do update set text = excluded.text returning id, text`,
      req.params.id,
      req.body.text,
    ),
  ),
)

app.delete('/api/notes/:id', async (req, res) => {
  const { rowCount } = await pool.query('delete from notes where id = $1', [req.params.id])
  res.status(rowCount ? 200 : 404).json({ deleted: rowCount })
})

app.get('/dav/calendar/:uid.ics', async (req, res) =>
  answer(res, await rows('select uid, summary from tasks where uid = $1', req.params.uid)),
)
app.put('/dav/calendar/:uid.ics', async (req, res) => {
  const { uid } = req.params
  await rows(
    `insert into tasks (uid, summary) values ($1, $2) on conflict (uid) do update set summary = excluded.summary`,
    uid,
    req.body.summary,
  )
  res.status(201).json({ uid })
})

app.get('/api/readings/:id', async (req, res) =>
  answer(res, await rows('select id, litres from readings where id = $1', req.params.id)),
)
app.post('/api/readings', async (req, res) => {
  const given = req.body.readings
  const kept = await rows(
    `insert into readings (id, litres) select * from unnest($1::bigint[], $2::int[])
     on conflict on constraint readings_pkey do update set litres = excluded.litres returning id`,
    given.map(({ id }) => id),
    given.map(({ litres }) => litres),
  )
  res.status(201).json(kept)
})
