// A server of HTTP/2 that takes requests of HTTP/1 too.
import { createSecureServer } from 'node:http2'
import express from 'express'
import pg from 'pg'
import { selfSigned } from '../../../dist/lab/rehearsal/self-signed.js'

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 2 })
const app = express()
const rows = () => pool.query('select text from notes').then(({ rows }) => JSON.stringify(rows), String)
const server = createSecureServer({ allowHTTP1: true, ...selfSigned }, app)
for (const event of ['upgrade', 'connect'])
  server.on(event, async (_req, socket) => socket.end(`HTTP/1.1 200 OK\r\n\r\n${await rows()}`))
server.on('checkContinue', async (_req, res) => res.end(await rows()))
server.listen(process.env.PORT, '127.0.0.1', () => console.log(`port ${server.address().port}`))
