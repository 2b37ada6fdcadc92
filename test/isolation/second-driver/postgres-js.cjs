// The same by require.
const express = require('express')
const pg = require('pg')
const { scope, usertwo } = require('usertwo')
const sql = require('./rows.cjs')

scope(new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 2 }))
const app = express()
app.get('/notes', async (_req, res) => {
  res.json((await sql`select text from notes order by text`).map(({ text }) => text))
})
import('./usertwo.config.mjs')
  .then(({ default: config }) => usertwo(app, config).listen(0, '127.0.0.1'))
  .then((server) => console.log(`port ${server.address().port}`))
