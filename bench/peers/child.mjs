// One variant, serving on 127.0.0.1. What asks it and what measures it are in another process.
import { once } from 'node:events'
import { createServer } from 'node:http'
import { PEOPLE } from './asked.mjs'
import { WAYS } from './ways.mjs'

process.env.NODE_ENV = 'production'
const variant = JSON.parse(process.argv[2])
const { open } = await WAYS[variant.way]()
const { listener, login, logout, csrf, endsLogins } = await open(variant)
const server = createServer(listener).listen(0, '127.0.0.1')
await once(server, 'listening')
const { port } = server.address()

/** For each person what shows who they are. */
const people = []
for (let person = 1; person <= PEOPLE; person++) people.push(await login(person, `http://127.0.0.1:${port}`))
process.on('disconnect', () => process.exit(0))
process.send({ port, people, logout, csrf, endsLogins, node: process.versions.node })
