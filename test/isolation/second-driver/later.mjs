// Rows by one driver that is loaded with the first request: LATER is the file of it.
import { createRequire } from 'node:module'
import express from 'express'
import pg from 'pg'
import { scope, usertwo } from 'usertwo'
import config from './usertwo.config.mjs'

const { DATABASE_URL, LATER, WHEN } = process.env
const load = async () => {
  if (LATER === 'postgres') {
    const sql = (await import('postgres')).default(DATABASE_URL, { max: 1, onnotice() {} })
    return { query: async (text) => ({ rows: await sql.unsafe(text) }) }
  }
  const { Pool } = createRequire(import.meta.url)(LATER)
  return new Pool({ connectionString: DATABASE_URL, max: 2 })
}

const pool = scope(new pg.Pool({ connectionString: DATABASE_URL, max: 2 }))
let rows = WHEN === 'before' ? load() : undefined
const texts = async (from) =>
  (await from.query('select text from notes order by text')).rows.map(({ text }) => text)
const app = express()
app.get('/notes', async (_req, res) => res.json(await texts(pool)))
app.get('/later', async (_req, res) => {
  rows ??= load()
  try {
    res.json(await texts(await rows))
  } catch ({ code, message }) {
    res.json({ code, message })
  }
})
// Outside every request, whatever the route: the timer was there before.
let asked
setInterval(() => {
  asked?.(rows.then(texts).catch(({ code }) => code))
  asked = undefined
}, 50).unref()
app.get('/outside', async (_req, res) => res.json(await new Promise((resolve) => (asked = resolve))))
const server = await usertwo(app, config).listen(0, '127.0.0.1')
console.log(`port ${server.address().port}`)
