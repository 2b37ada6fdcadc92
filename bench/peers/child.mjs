// One variant, served on 127.0.0.1. The client and the measurement are in another process.
import { once } from 'node:events'
import { createServer } from 'node:http'
import { WAYS } from './ways.mjs'

process.env.NODE_ENV = 'production'
const variant = JSON.parse(process.argv[2])
const { open } = await WAYS[variant.way]()
const { listener, login, logout, csrf, endsLogins } = await open(variant)
const server = createServer(listener).listen(0, '127.0.0.1')
await once(server, 'listening')
const { port } = server.address()

/** The headers that authenticate each user. */
const users = []
for (let user = 1; user <= variant.users; user++) users.push(await login(user, `http://127.0.0.1:${port}`))
process.on('disconnect', () => process.exit(0))
process.send({ port, users, logout, csrf, endsLogins, node: process.versions.node })
