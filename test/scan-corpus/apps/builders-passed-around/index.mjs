import express from 'express'
import { db, ofMember, paged, workouts } from './query.mjs'

const app = express()
app.use(express.json())
app.use(async (req, res, next) => {
  req.member = await db('members').where({ token: req.get('x-token') ?? '' }).first()
  return req.member ? next() : res.sendStatus(401)
})

app.get('/workouts', async (req, res) => res.json(await paged(ofMember(workouts(), req.member), req.query)))
app.get('/workouts/all', async (req, res) => res.json(await paged(workouts(), req.query)))
app.get('/workouts/:id', async (req, res) => {
  const workout = await workouts().modify(ofMember, req.member).where('workouts.id', req.params.id).first()
  if (!workout) return res.sendStatus(404)
  const sets = await db('sets').where({ workout_id: workout.id })
  res.json({ ...workout, sets })
})
app.get('/workouts/:id/sets', async (req, res) => {
  const query = db('sets').join('workouts', 'workouts.id', 'sets.workout_id').where('workouts.id', req.params.id)
  ofMember(query, req.member)
  res.json(await query.select('sets.*'))
})
app.put('/sets/:id', async (req, res) => {
  let query = db('sets').where('id', req.params.id)
  if (req.query.mine) query = query.whereIn('workout_id', ofMember(db('workouts'), req.member).select('id'))
  res.json({ changed: await query.update({ reps: req.body.reps }) })
})
app.delete('/sets/:id', async (req, res) => {
  const mine = ofMember(db('workouts'), req.member).select('id')
  res.json({ removed: await db('sets').where('id', req.params.id).whereIn('workout_id', mine).del() })
})
app.get('/exercises', async (req, res) => res.json(await db('exercises').orderBy('name')))
app.listen(3000)
