const express = require('express')
const { all, one } = require('./db')
const { digest } = require('./jobs')
const { files } = require('./files')

const app = express()
app.use(express.json())

const number = (text) => (/^\d{1,9}$/.test(text) ? Number(text) : 0)
const isText = (value) => typeof value === 'string' && value.length > 0
/** Called with each new item. */
const created = (_item) => {}

app.get('/health', (_req, res) => res.json({ ok: true }))

app.get('/api/lists', async (_req, res) => {
  res.json(
    await all(
      'select l.id, l.name, count(i.id)::int as items from lists l left join items i on i.list_id = l.id group by l.id order by l.id',
    ),
  )
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
  created(item)
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

// What is new since the client connected, until it leaves.
app.get('/api/events', async (req, res) => {
  let last = 0
  const send = async () => {
    for (const item of await all('select id, title from items where id > $1 order by id', last)) {
      last = item.id
      res.write(`data: ${JSON.stringify(item)}\n\n`)
    }
  }
  res.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' })
  await send()
  const beat = setInterval(() => send().catch((error) => console.error(error.message)), 200)
  req.on('close', () => clearInterval(beat))
})

app.get('/api/digests', async (_req, res) => {
  res.json(await all('select id, made_at, open from digests order by id'))
})
app.post('/api/digests', async (_req, res) => res.status(201).json(await digest()))

app.use('/api', files)

app.use((error, _req, res, _next) => {
  console.error(error)
  res.status(500).json({ error: 'that did not work' })
})

module.exports = { app }
