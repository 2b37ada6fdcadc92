// Notes by pg, beside a package that LOADS names, which is required before the start.
const express = require('express')
const pg = require('pg')
const { scope, usertwo } = require('usertwo')
require(process.env.LOADS)

const pool = scope(new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 2 }))
const app = express()
app.get('/notes', async (_req, res) => {
  res.json((await pool.query('select text from notes order by text')).rows.map(({ text }) => text))
})
import('./usertwo.config.mjs')
  .then(({ default: config }) => usertwo(app, config).listen(0, '127.0.0.1'))
  .then((server) => console.log(`port ${server.address().port}`))
