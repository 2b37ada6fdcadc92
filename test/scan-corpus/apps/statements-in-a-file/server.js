const express = require('express')
const jwt = require('jsonwebtoken')
const { Pool } = require('pg')
const queries = require('./queries')

const pool = new Pool({ connectionString: process.env.DATABASE_URL })
const app = express()
app.use(express.json())

function auth(req, res, next) {
  try {
    req.user = jwt.verify((req.headers.authorization || '').replace('Bearer ', ''), process.env.JWT_SECRET)
    next()
  } catch (error) {
    res.status(401).end()
  }
}

const run = (name, pick) => async (req, res, next) => {
  try {
    const { rows } = await pool.query(queries[name], pick(req))
    res.json(rows)
  } catch (error) {
    next(error)
  }
}

app.get('/units', run('units', () => []))
app.get('/recipes', auth, run('mine', (req) => [req.user.id]))
app.get('/recipes/:id', auth, run('one', (req) => [req.params.id]))
app.post('/recipes', auth, run('add', (req) => [req.user.id, req.body.title]))
app.delete('/recipes/:id', auth, run('remove', (req) => [req.params.id, req.user.id]))
app.get('/recipes/:id/steps', auth, run('steps', (req) => [req.params.id]))
app.post('/recipes/:id/steps', auth, run('addStep', (req) => [req.params.id, req.body.body]))

app.listen(process.env.PORT || 3000)
