// Rows by a worker thread.
import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import express from 'express'
import pg from 'pg'
import { scope, usertwo } from 'usertwo'
import config from './usertwo.config.mjs'

scope(new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 2 }))
const app = express()
app.get('/notes', async (_req, res) => {
  const worker = new Worker(new URL('thread.cjs', import.meta.url))
  const [answer] = await once(worker, 'message')
  await worker.terminate()
  res.json(answer)
})
app.get('/sum', async (_req, res) => {
  const worker = new Worker('require("worker_threads").parentPort.postMessage(1 + 1)', { eval: true })
  const [answer] = await once(worker, 'message')
  res.json(answer)
})
const server = await usertwo(app, config).listen(0, '127.0.0.1')
console.log(`port ${server.address().port}`)
