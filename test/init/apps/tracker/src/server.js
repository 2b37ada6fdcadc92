// Issues on Express 4 with a users table: each names two of them, who reported it and who is to do it.
const express = require('express')
const { Pool } = require('pg')

// As a hosted database asks for it.
const pool = new Pool({ connectionString: process.env.DATABASE_URL, ssl: { rejectUnauthorized: false } })
pool.on('error', (err) => console.error(err.message))
const app = express()
app.use(express.json())

const ME = '(select min(id) from users)'
const answer = (work) => (req, res, next) => work(req, res).catch(next)
const query = async (text, values) => (await pool.query(text, values)).rows

app.get('/status', (_req, res) => res.json({ ok: true }))
app.get(
  '/api/users',
  answer(async (_req, res) => res.json(await query('select id, username from users order by id'))),
)
app.get(
  '/api/issues',
  answer(async (_req, res) => {
    const text = `select i.*, a.username as assignee from issues i left join users a on a.id = i.assigned_to order by i.id`
    res.json(await query(text))
  }),
)
app.post(
  '/api/issues',
  answer(async (req, res) => {
    if (!req.body.title) return res.status(400).json({ error: 'title is required' })
    const text = `insert into issues (title, reported_by, assigned_to) values ($1, ${ME}, null) returning *`
    res.status(201).json((await query(text, [req.body.title]))[0])
  }),
)
app.get(
  '/api/issues/:id',
  answer(async (req, res) => {
    const [issue] = await query('select * from issues where id = $1', [Number(req.params.id) || 0])
    if (!issue) return res.status(404).json({ error: 'not found' })
    const text =
      'select c.*, u.username from comments c join users u on u.id = c.author_id where issue_id = $1'
    res.json({ ...issue, comments: await query(`${text} order by c.id`, [issue.id]) })
  }),
)
app.patch(
  '/api/issues/:id',
  answer(async (req, res) => {
    const text = 'update issues set status = $1 where id = $2 returning *'
    const [issue] = await query(text, [req.body.status, Number(req.params.id) || 0])
    issue ? res.json(issue) : res.status(404).json({ error: 'not found' })
  }),
)
app.put(
  '/api/issues/:id/taken',
  answer(async (req, res) => {
    const text = `update issues set assigned_to = ${ME} where id = $1 returning *`
    const [issue] = await query(text, [Number(req.params.id) || 0])
    issue ? res.json(issue) : res.status(404).json({ error: 'not found' })
  }),
)
app.post(
  '/api/issues/:id/comments',
  answer(async (req, res) => {
    const text = `insert into comments (issue_id, author_id, body) values ($1, ${ME}, $2) returning *`
    const [comment] = await query(text, [Number(req.params.id) || 0, req.body.body])
    res.status(201).json(comment)
  }),
)
app.use((err, _req, res, _next) => {
  console.error(err.message)
  if (/^23/.test(err.code)) return res.status(400).json({ error: 'bad reference' })
  res.status(500).json({ error: 'server error' })
})

app.listen(process.env.PORT || 5000)
