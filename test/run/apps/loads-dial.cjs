// Reads the dial as dotenv does, and starts a thread that asks the database, both while it is loaded.
if (process.env.LATE_PHASE) process.env.USERTWO_PHASE ??= process.env.LATE_PHASE
const { Worker } = require('node:worker_threads')

const source = `
  const { parentPort } = require('node:worker_threads')
  const { Pool } = require('pg')
  const pool = new Pool({ connectionString: process.env.DATABASE_URL, max: 1 })
  if (process.env.THREAD_BEGINS) pool.query('select 1').catch(() => {})
  pool.on('error', () => {})
  parentPort.on('message', async (id) => {
    const { rows } = await pool.query('select text from notes where id = $1', [id]).catch(({ code }) => ({ rows: code }))
    parentPort.postMessage(rows)
  })`
const thread = process.env.THREAD && new Worker(source, { eval: true })
exports.rowsOf = (id) =>
  new Promise((done) => {
    thread.once('message', done)
    thread.postMessage(id)
  })
