// An app whose rows come by pg alone.
import express from 'express'
import pg from 'pg'
import { scope, usertwo } from 'usertwo'
import config from './usertwo.config.mjs'

const pool = scope(new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 2 }))
const app = express()
app.get('/notes', async (_req, res) => {
  const { rows } = await pool.query('select text from notes order by text')
  res.json(rows.map(({ text }) => text))
})
const server = await usertwo(app, config).listen(0, '127.0.0.1')
console.log(`port ${server.address().port}`)
