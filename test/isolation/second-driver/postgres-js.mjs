// Sessions by pg, rows by postgres.js, as an ECMAScript module.
import express from 'express'
import pg from 'pg'
import postgres from 'postgres'
import { scope, usertwo } from 'usertwo'
import config from './usertwo.config.mjs'

scope(new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 2 }))
const sql = postgres(process.env.DATABASE_URL, { max: 2, onnotice() {} })
const app = express()
app.get('/notes', async (_req, res) => {
  res.json((await sql`select text from notes order by text`).map(({ text }) => text))
})
const server = await usertwo(app, config).listen(0, '127.0.0.1')
console.log(`port ${server.address().port}`)
