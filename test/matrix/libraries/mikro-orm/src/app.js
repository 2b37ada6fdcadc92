const express = require('express')
const { RequestContext } = require('@mikro-orm/postgresql')
const { List, Item, Tag, Setting } = require('./entities')
const { orm } = require('./orm')

const app = express()
app.use(express.json())
app.use((_req, _res, next) => RequestContext.create(orm.em, next))

const { em } = orm
const number = (text) => (/^\d{1,9}$/.test(text) ? Number(text) : 0)
const isText = (value) => typeof value === 'string' && value.length > 0

app.get('/health', (_req, res) => res.json({ ok: true }))

app.get('/api/lists', async (_req, res) => {
  res.json(await em.find(List, {}, { populate: ['items'], orderBy: { id: 'asc' } }))
})

app.post('/api/lists', async (req, res) => {
  const { name } = req.body ?? {}
  if (!isText(name)) return res.status(400).json({ error: 'name is required' })
  const list = em.create(List, { name })
  await em.persistAndFlush(list)
  res.status(201).json({ id: list.id, name })
})

app.get('/api/lists/:id', async (req, res) => {
  const list = await em.findOne(List, { id: number(req.params.id) }, { populate: ['items'] })
  if (!list) return res.status(404).json({ error: 'not found' })
  res.json(list)
})

app.delete('/api/lists/:id', async (req, res) => {
  const removed = await em.nativeDelete(List, { id: number(req.params.id) })
  res.status(removed ? 204 : 404).end()
})

app.post('/api/lists/:id/items', async (req, res) => {
  const { title } = req.body ?? {}
  if (!isText(title)) return res.status(400).json({ error: 'title is required' })
  const made = await em.transactional(async (tx) => {
    const list = await tx.findOne(List, { id: number(req.params.id) })
    if (!list) return null
    const item = tx.create(Item, { title, list })
    await tx.flush()
    return { id: item.id, title }
  })
  if (!made) return res.status(404).json({ error: 'not found' })
  res.status(201).json(made)
})

app.get('/api/items/:id', async (req, res) => {
  const item = await em.findOne(Item, number(req.params.id), { populate: ['tags'] })
  if (!item) return res.status(404).json({ error: 'not found' })
  res.json(item)
})

app.patch('/api/items/:id', async (req, res) => {
  const { title } = req.body ?? {}
  if (!isText(title)) return res.status(400).json({ error: 'title is required' })
  const item = await em.findOne(Item, number(req.params.id))
  if (!item) return res.status(404).json({ error: 'not found' })
  item.title = title
  await em.flush()
  res.json(item)
})

app.put('/api/items/:id/tags/:label', async (req, res) => {
  const item = await em.findOne(Item, number(req.params.id), { populate: ['tags'] })
  if (!item) return res.status(404).json({ error: 'not found' })
  const tag = await em.upsert(Tag, { label: req.params.label })
  item.tags.add(tag)
  await em.flush()
  res.json({ id: tag.id, label: tag.label })
})

app.get('/api/tags', async (_req, res) => {
  res.json(await em.find(Tag, {}, { orderBy: { label: 'asc' }, cache: 5_000 }))
})

app.get('/api/totals', async (_req, res) => {
  res.json({ items: await em.count(Item), done: await em.count(Item, { done: true }) })
})

app.get('/api/search', async (req, res) => {
  const words = `%${req.query.q ?? ''}%`
  const found = await em
    .getConnection()
    .execute('select id, title from items where title ilike ? order by id', [words])
  res.json(found)
})

app.get('/api/settings', async (_req, res) => {
  res.json(await em.find(Setting, {}, { orderBy: { key: 'asc' } }))
})

app.put('/api/settings/:key', async (req, res) => {
  const { value } = req.body ?? {}
  if (!isText(value)) return res.status(400).json({ error: 'value is required' })
  const setting = await em.upsert(Setting, { key: req.params.key, value })
  res.json({ key: setting.key, value: setting.value })
})

app.use((error, _req, res, _next) => {
  console.error(error)
  res.status(500).json({ error: 'that did not work' })
})

module.exports = app
