// Sessions by pg, rows by what OVER names, over postgres.js. EDITS: with the two edits.
import express from 'express'
import pg from 'pg'

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 2 })
const { notes } = await import(`./${process.env.OVER}.mjs`)
const app = express()
app.get('/notes', async (_req, res) => res.json(await notes()))
app.get('/now', async (_req, res) => res.json((await pool.query('select now()')).rows))
const server = process.env.EDITS
  ? await wrapped()
  : await new Promise((done) => {
      const own = app.listen(0, '127.0.0.1', () => done(own))
    })
console.log(`port ${server.address().port}`)

async function wrapped() {
  const { scope, usertwo } = await import('usertwo')
  const { default: config } = await import('./usertwo.config.mjs')
  scope(pool)
  return usertwo(app, config).listen(0, '127.0.0.1')
}
