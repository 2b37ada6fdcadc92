// Items in lists, written for one person. The environment's WAY says how an item is read: see ways.mjs and
// libraries.mjs.

import { AsyncResource } from 'node:async_hooks'
import express from 'express'
import pg from 'pg'
import { libraryWay } from './libraries.mjs'
import { waysOf } from './ways.mjs'

export const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 4 })
pool.on('error', (error) => console.error(error.message))
const query = async (sql, values) => (await pool.query(sql, values)).rows

const way = process.env.WAY ?? 'plain'
const { find, run } = waysOf(query)[way] ?? (await libraryWay(way))

export const app = express()
app.use(express.json())

// With JOINED, requests go on in one tick, each in its own context, as behind anything that they all wait for.
const joined = []
if (process.env.JOINED)
  app.use((_req, _res, next) => {
    joined.push(AsyncResource.bind(() => next()))
    if (joined.length > 1) return
    setTimeout(() => {
      for (const go of joined.splice(0)) go()
    }, 5)
  })

app.get('/health', (_req, res) => res.json({ ok: true }))

app.get('/lists', async (_req, res) => res.json(await query('select id, name from lists order by id')))

app.get('/items', async (_req, res) => {
  res.json(await run(() => query('select id, name, done, list_id from items order by id')))
})

app.get('/items/:id', async (req, res) => answer(res, await find(idOf(req))))

app.post('/items', async (req, res) => {
  const { name, list_id } = req.body ?? {}
  if (typeof name !== 'string' || !name || !Number.isSafeInteger(list_id))
    return res.status(400).json({ error: 'an item has a name and a list_id' })
  const [list] = await query('select id from lists where id = $1', [list_id])
  if (!list) return res.status(404).json({ error: 'not found' })
  const sql = 'insert into items (name, list_id) values ($1, $2) returning id, name, done, list_id'
  const [item] = await run(() => query(sql, [name, list_id]))
  res.status(201).json(item)
})

app.patch('/items/:id', async (req, res) => {
  const { name, done } = req.body ?? {}
  const item = await find(idOf(req))
  if (!item) return answer(res, item)
  const values = [item.id, name ?? item.name, done ?? item.done]
  const sql = 'update items set name = $2, done = $3 where id = $1 returning id, name, done, list_id'
  const [changed] = await run(() => query(sql, values))
  answer(res, changed)
})

// Only a number can be a key.
const idOf = ({ params: { id } }) => (/^\d{1,9}$/.test(id) ? Number(id) : 0)

function answer(res, item) {
  if (!item) return res.status(404).json({ error: 'not found' })
  res.json(item)
}

app.use((error, _req, res, _next) => {
  console.error(error)
  res.status(error.status ?? 500).json({ error: 'that did not work' })
})
