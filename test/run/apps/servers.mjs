// An app, its metrics on a port of their own, and a server of HTTP/2.
import { createServer } from 'node:http'
import { connect, createServer as createSecond } from 'node:http2'
import express from 'express'

const app = express()
app.get('/notes', (_req, res) => res.json('the app'))
const metrics = createServer((_req, res) => res.end('metrics')).listen(process.env.METRICS_PORT, '127.0.0.1')
metrics.on('upgrade', (_req, socket) => socket.end('HTTP/1.1 101 Switching Protocols\r\n\r\n'))
const second = createSecond((_req, res) => res.end('by HTTP/2'))
second.listen(0, '127.0.0.1', () => {
  const client = connect(`http://127.0.0.1:${second.address().port}`)
  const request = client.request({ ':path': '/' })
  request.on('response', (headers) => console.log(`HTTP/2 ${headers[':status']}`))
  request.on('end', () => client.close()).resume()
})
const server = app.listen(0, '127.0.0.1', () => console.log(`port ${server.address().port}`))
server.on('upgrade', (_req, socket) => socket.end('HTTP/1.1 101 Switching Protocols\r\n\r\n'))
