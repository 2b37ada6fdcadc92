// A diary of one person, as it stands and without an edit: one file of CommonJS, which listens as it is loaded, exports
// nothing, writes in a transaction, and ends in good order.
const express = require('express')
const knex = require('knex')

const db = knex({ client: 'pg', connection: process.env.DATABASE_URL, pool: { min: 0, max: 4 } })
const app = express()
app.use(express.json())

app.get('/health', (_req, res) => res.json({ ok: true }))

app.get('/days', async (_req, res, next) => {
  try {
    res.json(await db('days').orderBy('id').select('id', 'title', 'mood'))
  } catch (error) {
    next(error)
  }
})

const days = express.Router()
days.get('/:id', async (req, res, next) => {
  try {
    const day = await db('days')
      .where({ id: Number(req.params.id) })
      .first('id', 'title', 'mood')
    if (!day) return res.status(404).json({ error: 'no such day' })
    const lines = await db('lines').where({ day_id: day.id }).orderBy('id').pluck('text')
    res.json({ ...day, lines })
  } catch (error) {
    next(error)
  }
})
days.post('/', async (req, res, next) => {
  try {
    if (typeof req.body?.title !== 'string') return res.status(400).json({ error: 'a day has a title' })
    const [day] = await db.transaction(async (trx) => {
      const made = await trx('days').insert({ title: req.body.title, mood: 'fair' }).returning('*')
      await trx('lines').insert({ day_id: made[0].id, text: 'It began.' })
      return made
    })
    res.status(201).json({ id: day.id })
  } catch (error) {
    next(error)
  }
})
app.use('/days', days)

app.get('/debug/count', async (_req, res) => {
  const { rows } = await db.raw('select count(*)::int as n from days')
  res.json(rows[0])
})

const server = app.listen(process.env.PORT, process.env.HOST)
process.on('SIGTERM', () => server.close(() => db.destroy()))
