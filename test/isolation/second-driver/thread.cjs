// Reads all notes in a worker thread; with LAYERS it puts them on first.
const { parentPort } = require('node:worker_threads')
const pg = require('pg')
const { asUser, scope, startWorker } = require('usertwo')

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 1 })
const texts = () =>
  pool.query('select text from notes order by text').then(({ rows }) => rows.map(({ text }) => text))
async function read() {
  if (!process.env.LAYERS) return texts()
  scope(pool)
  const { default: config } = await import('./usertwo.config.mjs')
  await startWorker(config)
  return asUser(2, texts)
}
read()
  .catch(({ code, message }) => ({ code, message }))
  .then((answer) => parentPort.postMessage(answer))
