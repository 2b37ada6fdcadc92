const express = require('express')
const Knex = require('knex')
const passport = require('passport')
const { Model, raw } = require('objection')
const Trip = require('./models/Trip')
const Stop = require('./models/Stop')

Model.knex(Knex({ client: 'pg', connection: process.env.DATABASE_URL }))
const app = express()
app.use(express.json(), passport.initialize(), passport.authenticate('jwt', { session: false }))

app.get('/trips', async (req, res) => res.json(await Trip.visibleTo(req.user).orderBy('id')))
app.post('/trips', async (req, res) => res.json(await Trip.query().insert({ userId: req.user.id, name: req.body.name })))
app.get('/trips/:id/stops', async (req, res) => {
  const trip = await Trip.visibleTo(req.user).findById(req.params.id)
  if (!trip) return res.sendStatus(404)
  res.json(await trip.$relatedQuery('stops'))
})
app.post('/trips/:id/stops', async (req, res) => {
  res.json(await Stop.query().insert({ tripId: req.params.id, place: req.body.place }))
})
app.delete('/stops/:id', async (req, res) => {
  res.json({ removed: await Stop.query().deleteById(req.params.id) })
})
app.get('/stats', async (req, res) => res.json(await Trip.query().select(raw('count(*)')).groupBy('name')))

app.listen(3000)
