// Bookmarks of one person, with keys that are words: code names counters, splits folders and numbers receipts by itself. A
// bookmarklet writes by GET, searches are noted after their answer, and a page shows the search back in its own spelling.
import { randomUUID } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import express from 'express'
import pg from 'pg'

export const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 2 })
pool.on('error', (error) => console.error(error.message))
const rows = async (sql, ...values) => (await pool.query(sql, values)).rows
const answer = (res, [row]) => res.status(row ? 200 : 404).json(row ?? { error: 'not found' })
const files = join(tmpdir(), 'bookmarks-snapshots')
mkdirSync(files, { recursive: true })

export const app = express()
app.use(express.json())
app.get('/health', (_req, res) => res.json({ ok: true }))

/** The counters are there from the beginning, under these names. */
const count = async (name) => {
  const [counter] = await rows('update counters set value = value + 1 where name = $1 returning value', name)
  return counter.value
}
app.get('/api/counters', async (_req, res) => {
  const all = await rows('select name, value from counters order by name')
  res.json(Object.fromEntries(all.map(({ name, value }) => [name, value])))
})
app.get('/api/settings', async (_req, res) => answer(res, await rows('select * from settings where id = 1')))

app.get('/api/tags', async (_req, res) => res.json(await rows('select name, colour from tags order by name')))
app.get('/api/tags/:name', async (req, res) =>
  answer(res, await rows('select name, colour from tags where name = $1', req.params.name)),
)
app.put('/api/tags/:name', async (req, res) =>
  answer(
    res,
    await rows('update tags set name = $2 where name = $1 returning name', req.params.name, req.body.name),
  ),
)

// No key: whichever shelf has the name.
app.get('/api/shelves', async (_req, res) =>
  res.json(await rows('select id, name, about from shelves order by id')),
)
app.put('/api/shelves/:name', async (req, res) =>
  answer(
    res,
    await rows('update shelves set about = $2 where name = $1 returning *', req.params.name, req.body.about),
  ),
)

// Makes the folder and those above it.
app.put('/api/folders', async (req, res) => {
  const path = String(req.body?.path ?? '')
  if (!/^[a-z]+(\/[a-z]+)*$/.test(path)) return res.status(400).json({ error: 'a path is made of a-z and /' })
  const parts = path.split('/')
  for (const at of parts.keys())
    await rows(
      'insert into folders (path, parent) values ($1, $2) on conflict (path) do nothing',
      parts.slice(0, at + 1).join('/'),
      at === 0 ? null : parts.slice(0, at).join('/'),
    )
  res.json(await rows('select path, parent from folders order by path'))
})

app.get('/api/bookmarks', async (_req, res) =>
  res.json(await rows('select id, title, url, folder from bookmarks order by id')),
)
app.post('/api/bookmarks', async (req, res) => {
  const { key, title, url, folder = null, tags = [] } = req.body
  const made = await rows(
    `insert into bookmarks (key, title, url, folder) values ($1, $2, $3, $4) on conflict (key) do nothing
     returning id, title`,
    key,
    title,
    url,
    folder,
  )
  // The client sends it again until it has an answer.
  if (!made.length) return answer(res, await rows('select id, title from bookmarks where key = $1', key))
  for (const tag of tags) {
    await rows('insert into tags (name) values ($1) on conflict (name) do nothing', tag)
    await rows('insert into bookmark_tags (bookmark_id, tag) values ($1, $2)', made[0].id, tag)
  }
  res.status(201).json({ ...made[0], saved: await count('saved') })
})

// The bookmarklet can only open an address.
app.get('/add', async (req, res) => {
  const { url, title = url } = req.query
  if (!url) return res.status(400).json({ error: 'url is missing' })
  const [{ id }] = await rows(
    'insert into bookmarks (key, title, url) values ($1, $2, $3) returning id',
    randomUUID(),
    title,
    url,
  )
  res.redirect(`/api/bookmarks#${id}`)
})
app.get('/del/:id', async (req, res) => {
  const gone = await rows('delete from bookmarks where id::text = $1 returning id', req.params.id)
  res.status(gone.length ? 200 : 404).json({ gone: gone.length })
})
app.get('/api/bookmarks/:id', async (req, res) =>
  answer(
    res,
    await rows(
      `update bookmarks set opened = opened + 1 where id::text = $1 returning id, title, url, folder, opened`,
      req.params.id,
    ),
  ),
)

const words = (text) =>
  text
    .replace(/["'\\/]/g, '')
    .toLowerCase()
    .slice(0, 24)
app.get('/search', async (req, res) => {
  const sought = String(req.query.q ?? '')
  const found = await rows(
    `select title from bookmarks where title ilike '%' || $1 || '%' order by id`,
    sought,
  )
  res.on('finish', () => {
    rows('insert into searches (sought, hits) values ($1, $2)', sought, found.length).catch(console.error)
  })
  const escaped = words(sought).replace(/[&<>]/g, (one) => `&#${one.charCodeAt(0)};`)
  res.send(
    `<!doctype html><title>${escaped.replaceAll(' ', '-')}</title><h1>${escaped}</h1><p>${found.length}</p>`,
  )
})
app.get('/api/searches', async (_req, res) =>
  res.json(await rows('select id, sought, hits from searches order by id desc limit 10')),
)

app.post('/api/receipts', async (req, res) => {
  const { year } = req.body
  const [{ last }] = await rows('select max(number) as last from receipts where year = $1', year)
  const made = 'insert into receipts (year, number, total) values ($1, $2, $3) returning *'
  res.status(201).json((await rows(made, year, (last ?? 0) + 1, req.body.total))[0])
})
app.get('/api/receipts/:year/:number', async (req, res) => {
  const { year, number } = req.params
  answer(res, await rows('select * from receipts where year::text = $1 and number::text = $2', year, number))
})

app.post('/api/snapshots', async (req, res) => {
  const stored = join(files, `${randomUUID()}.txt`)
  writeFileSync(stored, String(req.body.text))
  const made = 'insert into snapshots (label, stored) values ($1, $2) returning id, label'
  res.status(201).json((await rows(made, req.body.label, stored))[0])
})
app.get('/api/snapshots/:id', async (req, res) => {
  const [snapshot] = await rows('select stored from snapshots where id::text = $1', req.params.id)
  if (!snapshot) return res.status(404).json({ error: 'not found' })
  res.sendFile(snapshot.stored)
})
