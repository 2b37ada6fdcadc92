import express from 'express'
import { sql } from 'kysely'
import { jsonArrayFrom } from 'kysely/helpers/postgres'
import { db } from './db.js'
import { stats } from './stats.js'

export const app = express()
app.use(express.json())
app.use('/api/stats', stats)

const number = (text) => (/^\d{1,9}$/.test(text) ? Number(text) : 0)
const isText = (value) => typeof value === 'string' && value.length > 0

app.get('/health', (_req, res) => res.json({ ok: true }))

app.get('/api/lists', async (_req, res) => {
  const lists = await db
    .selectFrom('lists')
    .leftJoin('items', 'items.list_id', 'lists.id')
    .select(({ fn }) => ['lists.id', 'lists.name', fn.count('items.id').as('items')])
    .groupBy('lists.id')
    .orderBy('lists.id')
    .execute()
  res.json(lists)
})

app.post('/api/lists', async (req, res) => {
  const { name, items = [] } = req.body ?? {}
  if (!isText(name)) return res.status(400).json({ error: 'name is required' })
  if (!Array.isArray(items) || !items.every(isText))
    return res.status(400).json({ error: 'items must be a list of titles' })
  const made = await db.transaction().execute(async (trx) => {
    const list = await trx.insertInto('lists').values({ name }).returningAll().executeTakeFirstOrThrow()
    if (items.length > 0)
      await trx
        .insertInto('items')
        .values(items.map((title) => ({ title, list_id: list.id })))
        .execute()
    return list
  })
  res.status(201).json(made)
})

app.get('/api/lists/:id', async (req, res) => {
  const list = await db
    .selectFrom('lists')
    .selectAll('lists')
    .select((eb) => [
      jsonArrayFrom(
        eb
          .selectFrom('items')
          .select(['items.id', 'items.title', 'items.done'])
          .whereRef('items.list_id', '=', 'lists.id')
          .orderBy('items.id'),
      ).as('items'),
    ])
    .where('lists.id', '=', number(req.params.id))
    .executeTakeFirst()
  if (!list) return res.status(404).json({ error: 'not found' })
  res.json(list)
})

app.patch('/api/lists/:id', async (req, res) => {
  const { name } = req.body ?? {}
  if (!isText(name)) return res.status(400).json({ error: 'name is required' })
  const list = await db
    .updateTable('lists')
    .set({ name })
    .where('id', '=', number(req.params.id))
    .returningAll()
    .executeTakeFirst()
  if (!list) return res.status(404).json({ error: 'not found' })
  res.json(list)
})

app.delete('/api/lists/:id', async (req, res) => {
  const { numDeletedRows } = await db
    .deleteFrom('lists')
    .where('id', '=', number(req.params.id))
    .executeTakeFirst()
  res.status(numDeletedRows ? 204 : 404).end()
})

app.post('/api/lists/:id/items', async (req, res) => {
  const { title } = req.body ?? {}
  if (!isText(title)) return res.status(400).json({ error: 'title is required' })
  const list = await db
    .selectFrom('lists')
    .select('id')
    .where('id', '=', number(req.params.id))
    .executeTakeFirst()
  if (!list) return res.status(404).json({ error: 'not found' })
  const item = await db
    .insertInto('items')
    .values({ title, list_id: list.id })
    .returningAll()
    .executeTakeFirstOrThrow()
  res.status(201).json(item)
})

app.get('/api/items/:id', async (req, res) => {
  const id = number(req.params.id)
  const item = await db.selectFrom('items').selectAll().where('id', '=', id).executeTakeFirst()
  if (!item) return res.status(404).json({ error: 'not found' })
  const tags = await db
    .selectFrom('tags')
    .innerJoin('item_tags', 'item_tags.tag_id', 'tags.id')
    .select(['tags.id', 'tags.label'])
    .where('item_tags.item_id', '=', id)
    .orderBy('tags.label')
    .execute()
  res.json({ ...item, tags })
})

app.patch('/api/items/:id', async (req, res) => {
  const { title, done } = req.body ?? {}
  if (!isText(title) && typeof done !== 'boolean')
    return res.status(400).json({ error: 'title or done is required' })
  const id = number(req.params.id)
  const changed = await db.transaction().execute(async (trx) => {
    const item = await trx
      .selectFrom('items')
      .select('id')
      .where('id', '=', id)
      .forUpdate()
      .executeTakeFirst()
    if (!item) return null
    return trx
      .updateTable('items')
      .set({ ...(isText(title) && { title }), ...(typeof done === 'boolean' && { done }) })
      .where('id', '=', id)
      .returningAll()
      .executeTakeFirst()
  })
  if (!changed) return res.status(404).json({ error: 'not found' })
  res.json(changed)
})

app.put('/api/items/:id/tags/:label', async (req, res) => {
  const { label } = req.params
  const item = await db
    .selectFrom('items')
    .select('id')
    .where('id', '=', number(req.params.id))
    .executeTakeFirst()
  if (!item) return res.status(404).json({ error: 'not found' })
  const tag = await db
    .insertInto('tags')
    .values({ label })
    .onConflict((conflict) => conflict.column('label').doUpdateSet({ label }))
    .returningAll()
    .executeTakeFirstOrThrow()
  await db
    .insertInto('item_tags')
    .values({ item_id: item.id, tag_id: tag.id })
    .onConflict((conflict) => conflict.columns(['item_id', 'tag_id']).doNothing())
    .execute()
  res.json(tag)
})

app.get('/api/tags', async (_req, res) => {
  res.json(await db.selectFrom('tags').selectAll().orderBy('label').execute())
})

app.get('/api/search', async (req, res) => {
  const words = `%${req.query.q ?? ''}%`
  const { rows } = await sql`select id, title from items where title ilike ${words} order by id`.execute(db)
  res.json(rows)
})

app.get('/api/settings', async (_req, res) => {
  const rows = await db.selectFrom('settings').selectAll().orderBy('key').execute()
  res.json(Object.fromEntries(rows.map(({ key, value }) => [key, value])))
})

app.put('/api/settings/:key', async (req, res) => {
  const { value } = req.body ?? {}
  if (!isText(value)) return res.status(400).json({ error: 'value is required' })
  const setting = await db
    .insertInto('settings')
    .values({ key: req.params.key, value })
    .onConflict((conflict) => conflict.column('key').doUpdateSet({ value }))
    .returningAll()
    .executeTakeFirstOrThrow()
  res.json(setting)
})

app.use((error, _req, res, _next) => {
  console.error(error)
  res.status(500).json({ error: 'that did not work' })
})
