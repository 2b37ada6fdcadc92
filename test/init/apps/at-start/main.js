// Plants: tables made while the app starts, a listen that waits for them, and routes added after it.
import express from 'express'
import { db, makeTables } from './db.js'

const app = express()
app.use(express.json())
app.get('/healthz', (_req, res) => res.send('ok'))

async function start() {
  await makeTables()
  const server = app.listen(process.env.PORT ?? 3000, () => {
    console.log(`listening on ${server.address().port}`)
    addRoutes()
  })
}

function addRoutes() {
  app.get('/plants', async (_req, res) => res.json(await db('plants').orderBy('id')))
  app.post('/plants', async (req, res) => {
    const { name, every_days } = req.body
    if (!name) return res.status(400).send('name is required')
    const [plant] = await db('plants').insert({ name, every_days }).returning('*')
    res.status(201).json(plant)
  })
  app.post('/plants/:id/waterings', async (req, res) => {
    const [done] = await db('waterings').insert({ plant_id: req.params.id }).returning(['id', 'plant_id'])
    res.status(201).json(done)
  })
  app.get('/plants/:id/waterings', async (req, res) =>
    res.json(await db('waterings').where({ plant_id: req.params.id }).orderBy('id').select('id', 'plant_id')),
  )
  app.delete('/plants/:id', async (req, res) => {
    const gone = await db('plants').where({ id: req.params.id }).del()
    res.status(gone ? 204 : 404).end()
  })
  app.use((error, _req, res, _next) => {
    console.error(error.message)
    res.status(500).send('that did not work')
  })
}

start()
