import { asc, count, eq, ilike, notExists, sql } from 'drizzle-orm'
import express from 'express'
import { db } from './db.js'
import { closeItem, largest, listById } from './prepared.js'
import { items, itemTags, lists, settings, tags } from './schema.js'

export const app = express()
app.use(express.json())

const number = (text) => (/^\d{1,9}$/.test(text) ? Number(text) : 0)
const isText = (value) => typeof value === 'string' && value.length > 0
const notFound = (res) => res.status(404).json({ error: 'not found' })

app.get('/health', (_req, res) => res.json({ ok: true }))

app.get('/api/lists', async (_req, res) => {
  const all = await db
    .select({ id: lists.id, name: lists.name, items: count(items.id) })
    .from(lists)
    .leftJoin(items, eq(items.listId, lists.id))
    .groupBy(lists.id)
    .orderBy(asc(lists.id))
  res.json(all)
})

app.post('/api/lists', async (req, res) => {
  const { name, items: titles = [] } = req.body ?? {}
  if (!isText(name)) return res.status(400).json({ error: 'name is required' })
  if (!Array.isArray(titles) || !titles.every(isText))
    return res.status(400).json({ error: 'items must be a list of titles' })
  const made = await db.transaction(async (tx) => {
    const [list] = await tx.insert(lists).values({ name }).returning()
    if (titles.length > 0) await tx.insert(items).values(titles.map((title) => ({ title, listId: list.id })))
    return list
  })
  res.status(201).json(made)
})

app.get('/api/lists/:id', async (req, res) => {
  const list = await listById.execute({ id: number(req.params.id) })
  if (!list) return notFound(res)
  res.json(list)
})

app.patch('/api/lists/:id', async (req, res) => {
  const { name } = req.body ?? {}
  if (!isText(name)) return res.status(400).json({ error: 'name is required' })
  const [list] = await db
    .update(lists)
    .set({ name })
    .where(eq(lists.id, number(req.params.id)))
    .returning()
  if (!list) return notFound(res)
  res.json(list)
})

app.delete('/api/lists/:id', async (req, res) => {
  const { rowCount } = await db.delete(lists).where(eq(lists.id, number(req.params.id)))
  res.status(rowCount ? 204 : 404).end()
})

app.post('/api/lists/:id/items', async (req, res) => {
  const { title } = req.body ?? {}
  if (!isText(title)) return res.status(400).json({ error: 'title is required' })
  const id = number(req.params.id)
  const list = await db.query.lists.findFirst({ columns: { id: true }, where: eq(lists.id, id) })
  if (!list) return notFound(res)
  const [item] = await db.insert(items).values({ title, listId: list.id }).returning()
  res.status(201).json(item)
})

app.get('/api/items/:id', async (req, res) => {
  const id = number(req.params.id)
  const item = await db.query.items.findFirst({
    where: (item, { eq }) => eq(item.id, id),
    with: { list: { columns: { name: true } }, itemTags: { with: { tag: true } } },
  })
  if (!item) return notFound(res)
  res.json(item)
})

app.patch('/api/items/:id', async (req, res) => {
  const { title } = req.body ?? {}
  if (!isText(title)) return res.status(400).json({ error: 'title is required' })
  const id = number(req.params.id)
  const changed = await db.transaction(async (tx) => {
    const [item] = await tx.select().from(items).where(eq(items.id, id)).for('update')
    if (!item) return null
    const [row] = await tx.update(items).set({ title }).where(eq(items.id, id)).returning()
    return row
  })
  if (!changed) return notFound(res)
  res.json(changed)
})

app.post('/api/items/:id/done', async (req, res) => {
  const [item] = await closeItem.execute({ id: number(req.params.id) })
  if (!item) return notFound(res)
  res.json(item)
})

app.put('/api/items/:id/tags/:label', async (req, res) => {
  const { label } = req.params
  const id = number(req.params.id)
  const item = await db.query.items.findFirst({ columns: { id: true }, where: eq(items.id, id) })
  if (!item) return notFound(res)
  const [tag] = await db
    .insert(tags)
    .values({ label })
    .onConflictDoUpdate({ target: tags.label, set: { label } })
    .returning()
  await db.insert(itemTags).values({ itemId: item.id, tagId: tag.id }).onConflictDoNothing()
  res.json(tag)
})

app.get('/api/tags', async (_req, res) => {
  const all = await db.query.tags.findMany({
    orderBy: asc(tags.label),
    with: { itemTags: { columns: {}, with: { item: { columns: { id: true, title: true } } } } },
  })
  res.json(all)
})

app.get('/api/unused-tags', async (_req, res) => {
  const used = db.select().from(itemTags).where(eq(itemTags.tagId, tags.id))
  res.json(await db.select().from(tags).where(notExists(used)).orderBy(tags.label))
})

app.get('/api/largest', async (_req, res) => res.json(await largest.execute({ most: 5 })))

app.get('/api/open', async (_req, res) => {
  const counted = db.$with('counted').as(
    db
      .select({ listId: items.listId, open: count().as('open') })
      .from(items)
      .where(eq(items.done, false))
      .groupBy(items.listId),
  )
  const open = await db
    .with(counted)
    .select({ id: lists.id, name: lists.name, open: counted.open })
    .from(counted)
    .innerJoin(lists, eq(lists.id, counted.listId))
    .orderBy(lists.id)
  res.json(open)
})

app.get('/api/search', async (req, res) => {
  const found = await db.query.items.findMany({
    columns: { id: true, title: true },
    where: ilike(items.title, `%${req.query.q ?? ''}%`),
    orderBy: asc(items.id),
  })
  res.json(found)
})

app.get('/api/totals', async (_req, res) => {
  const { rows } = await db.execute(
    sql`select count(*)::int as items, count(*) filter (where ${items.done})::int as done from ${items}`,
  )
  res.json(rows[0])
})

app.get('/api/settings', async (_req, res) => {
  const all = await db.query.settings.findMany({ orderBy: asc(settings.key) })
  res.json(Object.fromEntries(all.map(({ key, value }) => [key, value])))
})

app.put('/api/settings/:key', async (req, res) => {
  const { value } = req.body ?? {}
  if (!isText(value)) return res.status(400).json({ error: 'value is required' })
  const [setting] = await db
    .insert(settings)
    .values({ key: req.params.key, value })
    .onConflictDoUpdate({ target: settings.key, set: { value } })
    .returning()
  res.json(setting)
})

app.use((error, _req, res, _next) => {
  console.error(error)
  res.status(500).json({ error: 'that did not work' })
})
