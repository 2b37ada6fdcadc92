const express = require('express')
const { raw } = require('objection')
require('./db')
const { List, Item, Tag, Setting } = require('./models')

const app = express()
app.use(express.json())

const number = (text) => (/^\d{1,9}$/.test(text) ? Number(text) : 0)
const isText = (value) => typeof value === 'string' && value.length > 0

app.get('/health', (_req, res) => res.json({ ok: true }))

app.get('/api/lists', async (_req, res) => {
  res.json(await List.query().withGraphFetched('items').orderBy('id'))
})

app.post('/api/lists', async (req, res) => {
  const { name } = req.body ?? {}
  if (!isText(name)) return res.status(400).json({ error: 'name is required' })
  const list = await List.transaction(async (trx) => {
    const made = await List.query(trx).insert({ name }).returning('*')
    return List.query(trx).findById(made.id)
  })
  res.status(201).json(list)
})

app.get('/api/lists/:id', async (req, res) => {
  const list = await List.query().findById(number(req.params.id)).withGraphJoined('items')
  if (!list) return res.status(404).json({ error: 'not found' })
  res.json(list)
})

app.delete('/api/lists/:id', async (req, res) => {
  const removed = await List.query().deleteById(number(req.params.id))
  res.status(removed ? 204 : 404).end()
})

app.post('/api/lists/:id/items', async (req, res) => {
  const { title } = req.body ?? {}
  if (!isText(title)) return res.status(400).json({ error: 'title is required' })
  const list = await List.query().findById(number(req.params.id))
  if (!list) return res.status(404).json({ error: 'not found' })
  res.status(201).json(await list.$relatedQuery('items').insert({ title }).returning('*'))
})

app.get('/api/items/:id', async (req, res) => {
  const item = await Item.query().findById(number(req.params.id)).withGraphFetched('tags')
  if (!item) return res.status(404).json({ error: 'not found' })
  res.json(item)
})

app.patch('/api/items/:id', async (req, res) => {
  const { title } = req.body ?? {}
  if (!isText(title)) return res.status(400).json({ error: 'title is required' })
  const item = await Item.query().patchAndFetchById(number(req.params.id), { title })
  if (!item) return res.status(404).json({ error: 'not found' })
  res.json(item)
})

app.put('/api/items/:id/tags/:label', async (req, res) => {
  const { label } = req.params
  const item = await Item.query().findById(number(req.params.id))
  if (!item) return res.status(404).json({ error: 'not found' })
  const tag = await Tag.query().insert({ label }).onConflict('label').merge().returning('*')
  const related = await item.$relatedQuery('tags').where('tags.id', tag.id).first()
  if (!related) await item.$relatedQuery('tags').relate(tag.id)
  res.json(tag)
})

app.get('/api/tags', async (_req, res) => res.json(await Tag.query().orderBy('label')))

app.get('/api/totals', async (_req, res) => {
  res.json(
    await Item.query().select('done', raw('count(*)::int').as('items')).groupBy('done').orderBy('done'),
  )
})

app.get('/api/settings', async (_req, res) => res.json(await Setting.query().orderBy('key')))

app.put('/api/settings/:key', async (req, res) => {
  const { value } = req.body ?? {}
  if (!isText(value)) return res.status(400).json({ error: 'value is required' })
  const { key } = req.params
  res.json(await Setting.query().insert({ key, value }).onConflict('key').merge().returning('*'))
})

app.use((error, _req, res, _next) => {
  console.error(error)
  res.status(500).json({ error: 'that did not work' })
})

module.exports = app
