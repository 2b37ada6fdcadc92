// A calendar of one person: a feed by a secret address, a share link, an export by a key, and a webhook. What is wrong in
// it is named by the environment's WRONG.
import { createHmac, randomUUID, timingSafeEqual } from 'node:crypto'
import express from 'express'
import pg from 'pg'

export const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 4 })
pool.on('error', (error) => console.error(error.message))
const rows = async (sql, ...values) => (await pool.query(sql, values)).rows
const wrong = new Set((process.env.WRONG ?? '').split(',').filter(Boolean))
const KEY = 'the key that the payment service signs with'

export const app = express()
app.use('/webhooks', express.raw({ type: '*/*' }))
app.use(express.json())
app.get('/health', (_req, res) => res.json({ ok: true }))
app.get('/events', async (_req, res) => res.json(await rows('select id, title from events order by id')))
app.post('/events', async (req, res) => {
  const { title } = req.body ?? {}
  if (typeof title !== 'string') return res.status(400).json({ error: 'title is required' })
  res.status(201).json((await rows('insert into events (title) values ($1) returning id, title', title))[0])
})

app.get('/feeds/:file', async (req, res) => {
  const [feed] = await rows('select id from feeds where secret = $1', req.params.file.replace(/\.ics$/, ''))
  if (!feed) return res.status(404).end()
  const events = await rows('select title from events order by id')
  res
    .type('text/calendar')
    .send(['BEGIN:VCALENDAR', ...events.map(({ title }) => `SUMMARY:${title}`)].join('\r\n'))
})
app.get('/s/:token', async (req, res) => {
  const opened = 'update shares set opened = opened + 1 where token = $1 returning event_id'
  const [share] = await rows(opened, req.params.token)
  if (!share) return res.status(404).end()
  // The row of the share, and with WRONG the one that the address names.
  const id = wrong.has('any-row') ? (req.query.id ?? share.event_id) : share.event_id
  res.json((await rows('select id, title from events where id = $1', id))[0] ?? null)
})
app.get('/shares', async (_req, res) => res.json(await rows('select id, opened from shares order by id')))
app.get('/export', async (_req, res) => {
  res.json(await rows('select title from events order by id'))
})

const seen = new Set()
app.post('/webhooks/payments', async (req, res) => {
  const text = String(req.body)
  const stamp = String(req.headers['x-stamp'])
  const expected = createHmac('sha256', KEY).update(`${stamp}.${text}`).digest()
  const sent = Buffer.from(String(req.headers['x-signature']), 'hex')
  const isSigned = sent.length === expected.length && timingSafeEqual(sent, expected)
  if (!isSigned && !wrong.has('unsigned')) return res.status(400).json({ error: 'the signature is wrong' })
  if (!wrong.has('stamp') && !wrong.has('unsigned') && Math.abs(Date.now() / 1000 - Number(stamp)) > 300)
    return res.status(400).json({ error: 'too old' })
  const { id = randomUUID(), title = 'a payment' } = JSON.parse(text)
  if (seen.has(id) && !wrong.has('twice')) return res.json({ known: true })
  seen.add(id)
  await rows('insert into events (title) values ($1)', title)
  res.json({ taken: true })
})

app.use((error, _req, res, _next) => {
  console.error(error)
  res.status(error.status ?? 500).json({ error: 'that did not work' })
})
