import express from 'express'
import { sql } from 'slonik'
import { z } from 'zod'
import { pool } from './db.js'

export const app = express()
app.use(express.json())

const list = z.object({ id: z.number(), name: z.string() })
const item = z.object({ id: z.number(), list_id: z.number(), title: z.string(), done: z.boolean() })
const number = (text) => (/^\d{1,9}$/.test(text) ? Number(text) : 0)
const isText = (value) => typeof value === 'string' && value.length > 0

app.get('/health', (_req, res) => res.json({ ok: true }))

app.get('/api/lists', async (_req, res) => {
  res.json(await pool.any(sql.type(list)`select id, name from lists order by id`))
})

app.post('/api/lists', async (req, res) => {
  const { name } = req.body ?? {}
  if (!isText(name)) return res.status(400).json({ error: 'name is required' })
  const made = await pool.transaction((connection) =>
    connection.one(sql.type(list)`insert into lists (name) values (${name}) returning id, name`),
  )
  res.status(201).json(made)
})

app.get('/api/lists/:id', async (req, res) => {
  const id = number(req.params.id)
  const found = await pool.connect(async (connection) => {
    const one = await connection.maybeOne(sql.type(list)`select id, name from lists where id = ${id}`)
    if (!one) return null
    const items = await connection.any(
      sql.type(item)`select id, list_id, title, done from items where list_id = ${id} order by id`,
    )
    return { ...one, items }
  })
  if (!found) return res.status(404).json({ error: 'not found' })
  res.json(found)
})

app.delete('/api/lists/:id', async (req, res) => {
  const { rowCount } = await pool.query(
    sql.unsafe`delete from lists where id = ${number(req.params.id)} returning id`,
  )
  res.status(rowCount ? 204 : 404).end()
})

app.post('/api/lists/:id/items', async (req, res) => {
  const { title } = req.body ?? {}
  if (!isText(title)) return res.status(400).json({ error: 'title is required' })
  const id = number(req.params.id)
  if (!(await pool.exists(sql.unsafe`select 1 from lists where id = ${id}`)))
    return res.status(404).json({ error: 'not found' })
  const made = await pool.one(
    sql.type(item)`insert into items (list_id, title) values (${id}, ${title})
      returning id, list_id, title, done`,
  )
  res.status(201).json(made)
})

app.get('/api/items/:id', async (req, res) => {
  const id = number(req.params.id)
  const found = await pool.maybeOne(
    sql.type(item.extend({ tags: z.array(z.string()) }))`
      select items.id, items.list_id, items.title, items.done,
        array(select tags.label from tags join item_tags on item_tags.tag_id = tags.id
          where item_tags.item_id = items.id order by tags.label) as tags
      from items where items.id = ${id}`,
  )
  if (!found) return res.status(404).json({ error: 'not found' })
  res.json(found)
})

app.put('/api/items/:id/tags/:label', async (req, res) => {
  const id = number(req.params.id)
  const { label } = req.params
  const tag = await pool.transaction(async (connection) => {
    if (!(await connection.exists(sql.unsafe`select 1 from items where id = ${id}`))) return null
    const one = await connection.one(
      sql.unsafe`insert into tags (label) values (${label})
        on conflict (label) do update set label = excluded.label returning id, label`,
    )
    await connection.query(
      sql.unsafe`insert into item_tags (item_id, tag_id) values (${id}, ${one.id})
        on conflict (item_id, tag_id) do nothing`,
    )
    return one
  })
  if (!tag) return res.status(404).json({ error: 'not found' })
  res.json(tag)
})

app.get('/api/tags', async (_req, res) => {
  res.json(await pool.any(sql.unsafe`select id, label from tags order by label`))
})

app.get('/api/search', async (req, res) => {
  const words = `%${req.query.q ?? ''}%`
  res.json(await pool.any(sql.unsafe`select id, title from items where title ilike ${words} order by id`))
})

app.get('/api/settings', async (_req, res) => {
  res.json(await pool.any(sql.unsafe`select key, value from settings order by key`))
})

app.put('/api/settings/:key', async (req, res) => {
  const { value } = req.body ?? {}
  if (!isText(value)) return res.status(400).json({ error: 'value is required' })
  const setting = await pool.one(
    sql.unsafe`insert into settings (key, value) values (${req.params.key}, ${value})
      on conflict (key) do update set value = excluded.value returning key, value`,
  )
  res.json(setting)
})

app.use((error, _req, res, _next) => {
  console.error(error)
  res.status(500).json({ error: 'that did not work' })
})
