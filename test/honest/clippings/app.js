// Clippings for one person, as such apps are written: the database's own clock and order, addresses in full in the
// answers, reads that count themselves, one router in two places, and a 500 for what nobody thought of.
import express from 'express'
import { pool, rows } from './database.js'

export { pool }
export const app = express()
app.use(express.json())
app.get('/health', (_req, res) => res.json({ ok: true }))

const api = express.Router()
const FIELDS = { title: 'string', topic: 'string', stars: 'number' }
const COLUMNS = 'id, title, topic, stars, views, added_at, seen_at'

api
  .route('/clippings')
  .all((_req, res, next) => {
    res.set('X-Api', 'clippings')
    next()
  })
  // Those of one topic come in whatever order the database has them.
  .get(async (_req, res) => res.json(await rows(`select ${COLUMNS} from clippings order by topic`)))
  .post(async (req, res) => {
    const errors = issuesOf(req.body ?? {})
    if (errors.length) return res.status(400).json({ errors })
    const fields = Object.keys(req.body).join(', ')
    const values = Object.keys(req.body).map((_, at) => `$${at + 1}`)
    const made = `insert into clippings (${fields}) values (${values}) returning ${COLUMNS}`
    const [clipping] = await rows(made, ...Object.values(req.body))
    const url = `${req.protocol}://${req.get('host')}${req.baseUrl}/clippings/${clipping.id}`
    res
      .status(201)
      .location(url)
      .json({ ...clipping, url })
  })

api.get('/clippings/:id', async (req, res) => {
  const read = `update clippings set views = views + 1, seen_at = now() where id = $1 returning ${COLUMNS}`
  answer(req, res, await rows(read, req.params.id))
})
api.delete('/clippings/:id', async (req, res) =>
  answer(req, res, await rows('delete from clippings where id = $1 returning id', req.params.id)),
)
api.put('/links/:id', async (req, res) => {
  const change = 'update links set url = $2, changed_at = now() where id = $1 returning id, url, changed_at'
  answer(req, res, await rows(change, req.params.id, req.body.url.trim()))
})
api.get('/links/:id', async (req, res) =>
  answer(req, res, await rows('select id, url, changed_at from links where id = $1', req.params.id)),
)

app.use('/api', api)
app.use('/api/v1', api)

/** As a library for validation words it. */
function issuesOf(body) {
  return Object.entries(FIELDS).flatMap(([field, expected]) => {
    const received = typeof body[field]
    if (received === expected || (received === 'undefined' && field !== 'title')) return []
    return [{ code: 'invalid_type', expected, received, path: [field], message: `Expected ${expected}` }]
  })
}

function answer({ params }, res, [found]) {
  if (!found) return res.status(404).json({ error: 'not found', id: params.id })
  res.json(found)
}

app.use((error, req, res, _next) => {
  console.error(error)
  // A key that is none: the database says so, and how long what it says is.
  const { code, length } = error
  if (code === '22P02' || code === '22003') return res.status(400).json({ code, length, id: req.url })
  res.status(error.status ?? 500).json({ error: 'that did not work' })
})
