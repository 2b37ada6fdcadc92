// Jars on shelves by TypeORM, whose synchronize makes the tables at each start.
const express = require('express')
const { dataSource, Jar, Shelf } = require('./data-source')
const { jars } = require('./jars')

const app = express()
app.use(express.json())

app.get('/shelves', async (_req, res) => {
  res.json(await dataSource.getRepository(Shelf).find({ order: { id: 'ASC' } }))
})
app.post('/shelves', async (req, res) => {
  if (!req.body.room) return res.status(400).json({ error: 'room is required' })
  res.status(201).json(await dataSource.getRepository(Shelf).save({ room: req.body.room }))
})
app.get('/shelves/:id/jars', async (req, res) => {
  const shelf = { id: Number(req.params.id) }
  res.json(await dataSource.getRepository(Jar).find({ where: { shelf }, order: { createdAt: 'ASC' } }))
})
app.post('/shelves/:id/jars', async (req, res) => {
  if (!req.body.label) return res.status(400).json({ error: 'label is required' })
  const shelf = await dataSource.getRepository(Shelf).findOneBy({ id: Number(req.params.id) })
  if (!shelf) return res.status(404).json({ error: 'no such shelf' })
  const { id, label, isOpen } = await dataSource.getRepository(Jar).save({ label: req.body.label, shelf })
  res.status(201).json({ id, label, isOpen })
})
app.use('/jars', jars)
app.get('/', (_req, res) => res.json({ name: 'pantry' }))

dataSource.initialize().then(() => app.listen(process.env.PORT || 3000))
