import { fileURLToPath } from 'node:url'
import { addPlant, beds, findBed, findPlant, makeBed, removeBed, search, totals } from '@garden/beds'
import express from 'express'

const app = express()
app.use(express.json())

const number = (text) => (/^\d{1,9}$/.test(text) ? Number(text) : 0)
const isText = (value) => typeof value === 'string' && value.length > 0

app.get('/health', (_req, res) => res.json({ ok: true }))
app.get('/api/beds', async (_req, res) => res.json(await beds()))
app.post('/api/beds', async (req, res) => {
  if (!isText(req.body?.name)) return res.status(400).json({ error: 'name is required' })
  res.status(201).json(await makeBed(req.body.name))
})
app.get('/api/beds/:id', async (req, res) => {
  const bed = await findBed(number(req.params.id))
  if (!bed) return res.status(404).json({ error: 'not found' })
  res.json(bed)
})
app.delete('/api/beds/:id', async (req, res) => {
  res.status((await removeBed(number(req.params.id))) ? 204 : 404).end()
})
app.post('/api/beds/:id/plants', async (req, res) => {
  if (!isText(req.body?.name)) return res.status(400).json({ error: 'name is required' })
  const plant = await addPlant(number(req.params.id), req.body.name)
  if (!plant) return res.status(404).json({ error: 'not found' })
  res.status(201).json(plant)
})
app.get('/api/plants/:id', async (req, res) => {
  const plant = await findPlant(number(req.params.id))
  if (!plant) return res.status(404).json({ error: 'not found' })
  res.json(plant)
})
app.get('/api/search', async (req, res) => res.json(await search(req.query.q ?? '')))
app.get('/api/totals', async (_req, res) => res.json(await totals()))
app.use(express.static(fileURLToPath(new URL('../../web/dist', import.meta.url))))

app.listen(process.env.PORT ?? 3000, () => console.log('listening'))
