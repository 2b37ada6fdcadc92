// The small app wrapped by the given copy of the toolkit, with open registration and mail.
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import express from 'express'
import { CONFIG } from '../peers/config.mjs'

const { toolkit, url, smtp } = JSON.parse(process.argv[2])
Object.assign(process.env, {
  NODE_ENV: 'production',
  ENVIRONMENT: 'staging',
  USERTWO_PHASE: '8',
  DATABASE_URL: url,
  JWT_SECRET: randomBytes(32).toString('base64url'),
  CORS_ORIGINS: 'https://app.example.com',
  REGISTRATION: 'open',
  PUBLIC_URL: 'https://app.example.com',
  SMTP_URL: smtp,
  MAIL_FROM: 'notes@example.com',
})
const { usertwo } = await import(new URL('src/index.js', toolkit).href)
const wrapped = usertwo(express(), CONFIG)
await wrapped.ready()
const server = createServer(wrapped).listen(0, '127.0.0.1')
await once(server, 'listening')
process.on('disconnect', () => process.exit(0))
process.send({ port: server.address().port })
