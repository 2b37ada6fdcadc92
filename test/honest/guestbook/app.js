// What guests have written, one line each: a table without a key.
import express from 'express'
import pg from 'pg'

export const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 2 })
pool.on('error', (error) => console.error(error.message))

export const app = express()
app.use(express.json())
app.get('/health', (_req, res) => res.json({ ok: true }))
app.get('/api/messages', async (_req, res) =>
  res.json((await pool.query('select body from messages order by body')).rows),
)
app.post('/api/messages', async (req, res) => {
  await pool.query('insert into messages (body) values ($1)', [req.body?.body ?? ''])
  res.status(201).json({})
})
