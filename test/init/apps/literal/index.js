// Its database is written in its source: a gate would reach the real one.
const express = require('express')
const { Pool } = require('pg')

const pool = new Pool({ host: 'localhost', port: 5432, user: 'me', password: 'mine', database: 'jars' })
const app = express()
app.get('/jars', async (_req, res, next) => {
  pool.query('select * from jars').then(({ rows }) => res.json(rows), next)
})
app.listen(process.env.PORT || 3000)
