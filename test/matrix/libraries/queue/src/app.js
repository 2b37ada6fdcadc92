import express from 'express'
import { all, one } from './db.js'
import { allJobs, jobOf, kept, onReport, queueReport } from './queue.js'

export const app = express()
app.use(express.json())

const number = (text) => (/^\d{1,9}$/.test(text) ? Number(text) : 0)
const isText = (value) => typeof value === 'string' && value.length > 0

app.get('/health', (_req, res) => res.json({ ok: true }))

app.get('/api/lists', async (_req, res) => {
  res.json(await all('select id, name from lists order by id'))
})

app.post('/api/lists', async (req, res) => {
  const { name } = req.body ?? {}
  if (!isText(name)) return res.status(400).json({ error: 'name is required' })
  res.status(201).json(await one('insert into lists (name) values ($1) returning id, name', name))
})

app.get('/api/lists/:id', async (req, res) => {
  const list = await one('select id, name from lists where id = $1', number(req.params.id))
  if (!list) return res.status(404).json({ error: 'not found' })
  const items = await all('select id, title, done from items where list_id = $1 order by id', list.id)
  res.json({ ...list, items })
})

app.delete('/api/lists/:id', async (req, res) => {
  const gone = await one('delete from lists where id = $1 returning id', number(req.params.id))
  res.status(gone ? 204 : 404).end()
})

app.post('/api/lists/:id/items', async (req, res) => {
  const { title } = req.body ?? {}
  if (!isText(title)) return res.status(400).json({ error: 'title is required' })
  const list = await one('select id from lists where id = $1', number(req.params.id))
  if (!list) return res.status(404).json({ error: 'not found' })
  const item = await one(
    'insert into items (list_id, title) values ($1, $2) returning id, title, done',
    list.id,
    title,
  )
  res.status(201).json(item)
})

app.get('/api/items/:id', async (req, res) => {
  const item = await one('select id, list_id, title, done from items where id = $1', number(req.params.id))
  if (!item) return res.status(404).json({ error: 'not found' })
  res.json(item)
})

app.patch('/api/items/:id', async (req, res) => {
  const { done } = req.body ?? {}
  if (typeof done !== 'boolean') return res.status(400).json({ error: 'done is required' })
  const item = await one(
    'update items set done = $2 where id = $1 returning id, title, done',
    number(req.params.id),
    done,
  )
  if (!item) return res.status(404).json({ error: 'not found' })
  res.json(item)
})

// Counts the items of each list, which takes long enough to be kept for a while.
app.get('/api/overview', async (_req, res) => {
  const overview = await kept('overview', () =>
    all(
      `select l.id, l.name, count(i.id)::int as items, count(i.id) filter (where i.done)::int as done
       from lists l left join items i on i.list_id = l.id group by l.id order by l.id`,
    ),
  )
  res.json(overview)
})

// Queues a report; the worker writes it.
app.post('/api/lists/:id/reports', async (req, res) => {
  const list = await one('select id from lists where id = $1', number(req.params.id))
  if (!list) return res.status(404).json({ error: 'not found' })
  res.status(202).json({ jobId: await queueReport({ list: list.id }) })
})

app.get('/api/reports', async (_req, res) => {
  res.json(await all('select id, list_id, name, items from reports order by id'))
})

app.get('/api/reports/:id', async (req, res) => {
  const report = await one(
    'select id, list_id, name, items from reports where id = $1',
    number(req.params.id),
  )
  if (!report) return res.status(404).json({ error: 'not found' })
  res.json(report)
})

app.get('/api/latest', async (_req, res) => {
  res.json(await one('select id, name, items from reports order by id desc limit 1'))
})

// How far a report is, and what came of it.
app.get('/api/jobs/:id', async (req, res) => {
  const job = await jobOf(req.params.id)
  if (!job) return res.status(404).json({ error: 'not found' })
  res.json(job)
})

app.get('/api/queue', async (_req, res) => {
  res.json(await allJobs())
})

// Tells a page that a report is done.
app.get('/api/events', (req, res) => {
  res.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' })
  res.write(': open\n\n')
  req.on(
    'close',
    onReport((report) => res.write(`data: ${JSON.stringify(report)}\n\n`)),
  )
})

app.use((error, _req, res, _next) => {
  console.error(error)
  res.status(500).json({ error: 'that did not work' })
})
