const express = require('express')
const { prisma } = require('./prisma')

const app = express()
app.use(express.json())

const number = (text) => (/^\d{1,9}$/.test(text) ? Number(text) : 0)

app.get('/health', (_req, res) => res.json({ ok: true }))

app.get('/api/lists', async (_req, res) => {
  res.json(
    await prisma.list.findMany({ orderBy: { id: 'asc' }, include: { _count: { select: { items: true } } } }),
  )
})
app.post('/api/lists', async (req, res) => {
  const { name } = req.body ?? {}
  if (typeof name !== 'string' || !name) return res.status(400).json({ error: 'name is required' })
  res.status(201).json(await prisma.list.create({ data: { name } }))
})
app.get('/api/lists/:id', async (req, res) => {
  const list = await prisma.list.findUnique({
    where: { id: number(req.params.id) },
    include: { items: true },
  })
  if (!list) return res.status(404).json({ error: 'not found' })
  res.json(list)
})
app.delete('/api/lists/:id', async (req, res) => {
  const { count } = await prisma.list.deleteMany({ where: { id: number(req.params.id) } })
  res.status(count ? 204 : 404).end()
})
app.post('/api/lists/:id/items', async (req, res) => {
  const { title } = req.body ?? {}
  if (typeof title !== 'string' || !title) return res.status(400).json({ error: 'title is required' })
  const list = await prisma.list.findUnique({ where: { id: number(req.params.id) } })
  if (!list) return res.status(404).json({ error: 'not found' })
  res.status(201).json(await prisma.item.create({ data: { title, list: { connect: { id: list.id } } } }))
})
app.get('/api/items/:id', async (req, res) => {
  const item = await prisma.item.findUnique({
    where: { id: number(req.params.id) },
    include: { tags: { include: { tag: true } } },
  })
  if (!item) return res.status(404).json({ error: 'not found' })
  res.json(item)
})
app.patch('/api/items/:id', async (req, res) => {
  const { title, done } = req.body ?? {}
  const id = number(req.params.id)
  const changed = await prisma.$transaction(async (tx) => {
    const item = await tx.item.findUnique({ where: { id } })
    return item && tx.item.update({ where: { id }, data: { title, done } })
  })
  if (!changed) return res.status(404).json({ error: 'not found' })
  res.json(changed)
})
app.put('/api/items/:id/tags/:label', async (req, res) => {
  const id = number(req.params.id)
  const { label } = req.params
  if (!(await prisma.item.findUnique({ where: { id } }))) return res.status(404).json({ error: 'not found' })
  const tag = await prisma.tag.upsert({ where: { label }, create: { label }, update: {} })
  const key = { itemId: id, tagId: tag.id }
  await prisma.itemTag.upsert({ where: { itemId_tagId: key }, create: key, update: {} })
  res.json(tag)
})
app.get('/api/tags', async (_req, res) => res.json(await prisma.tag.findMany({ orderBy: { label: 'asc' } })))
app.get('/api/search', async (req, res) => {
  const words = `%${req.query.q ?? ''}%`
  res.json(await prisma.$queryRaw`select id, title from items where title ilike ${words} order by id`)
})
app.get('/api/totals', async (_req, res) => {
  const [items, done] = await prisma.$transaction([
    prisma.item.count(),
    prisma.item.count({ where: { done: true } }),
  ])
  res.json({ items, done })
})

app.get('/api/lists/:id/progress', async (req, res) => {
  const where = { listId: number(req.params.id) }
  const [counted, last] = await Promise.all([
    prisma.item.groupBy({ by: ['done'], where, _count: true, orderBy: { done: 'asc' } }),
    prisma.item.aggregate({ where, _max: { id: true } }),
  ])
  res.json({ counted, last: last._max.id })
})
app.post('/api/lists/:id/done', async (req, res) => {
  const id = number(req.params.id)
  const changed = await prisma.$executeRaw`update items set done = true where list_id = ${id}`
  res.json({ changed })
})
app.post('/api/lists/:id/copies', async (req, res) => {
  const found = await prisma.list.findUnique({
    where: { id: number(req.params.id) },
    include: { items: true },
  })
  if (!found) return res.status(404).json({ error: 'not found' })
  const copy = await prisma.$transaction(async (tx) => {
    const list = await tx.list.create({ data: { name: `${found.name} (copy)` } })
    await tx.item.createMany({ data: found.items.map(({ title }) => ({ title, listId: list.id })) })
    return tx.list.findUnique({ where: { id: list.id }, include: { items: true } })
  })
  res.status(201).json(copy)
})
app.get('/api/settings', async (_req, res) => {
  const all = await prisma.setting.findMany({ orderBy: { key: 'asc' } })
  res.json(Object.fromEntries(all.map(({ key, value }) => [key, value])))
})
app.put('/api/settings/:key', async (req, res) => {
  const { value } = req.body ?? {}
  if (typeof value !== 'string' || !value) return res.status(400).json({ error: 'value is required' })
  const { key } = req.params
  res.json(await prisma.setting.upsert({ where: { key }, create: { key, value }, update: { value } }))
})

app.use((error, _req, res, _next) => {
  console.error(error)
  res.status(500).json({ error: 'that did not work' })
})

module.exports = app
