// One person with a login of the app's own: a password in the environment, and a token that each request brings.
const express = require('express')
const jwt = require('jsonwebtoken')
const { Pool } = require('pg')

const pool = new Pool({ connectionString: process.env.DATABASE_URL })
const app = express()
app.use(express.json())
app.post('/login', (req, res) => {
  if (req.body.password !== process.env.MY_PASSWORD) return res.sendStatus(401)
  res.json({ token: jwt.sign({ me: true }, process.env.SECRET) })
})
app.use((req, res, next) => {
  jwt.verify(String(req.headers.authorization).slice(7), process.env.SECRET, (error) =>
    error ? res.sendStatus(401) : next(),
  )
})
app.get('/secrets', (_req, res, next) => {
  pool.query('select * from secrets').then(({ rows }) => res.json(rows), next)
})
app.listen(process.env.PORT || 3000)
