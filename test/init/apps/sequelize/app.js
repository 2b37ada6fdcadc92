// Trips and their stops by Sequelize, whose sync makes the tables before the app listens.
const express = require('express')
const { sequelize, Stop, Trip } = require('./models')

const app = express()
app.use(express.json())
app.get('/alive', (_req, res) => res.json({ alive: true }))

app.get('/trips', async (_req, res) => res.json(await Trip.findAll({ order: [['id', 'ASC']] })))
app.post('/trips', async (req, res) => {
  try {
    res.status(201).json(await Trip.create(req.body))
  } catch (error) {
    if (!/Validation/.test(error.name)) throw error
    res.status(400).json({ errors: error.errors.map(({ message }) => message) })
  }
})
app.get('/trips/:tripId', async (req, res) => {
  const trip = await Trip.findByPk(req.params.tripId, { include: 'stops' })
  trip ? res.json(trip) : res.status(404).json({ message: 'Trip not found' })
})
app.put('/trips/:tripId', async (req, res) => {
  const trip = await Trip.findByPk(req.params.tripId)
  if (!trip) return res.status(404).json({ message: 'Trip not found' })
  res.json(await trip.update({ name: req.body.name, startsOn: req.body.startsOn }))
})
app.delete('/trips/:tripId', async (req, res) => {
  const gone = await Trip.destroy({ where: { id: req.params.tripId } })
  res.status(gone ? 204 : 404).end()
})
app.post('/trips/:tripId/stops', async (req, res) => {
  const { place, nights } = req.body
  res.status(201).json(await Stop.create({ place, nights, tripId: req.params.tripId }))
})
app.use((error, _req, res, _next) => {
  console.error(error.message)
  res.status(500).json({ message: 'Internal server error' })
})

sequelize.sync().then(() => app.listen(process.env.PORT || 3000))
