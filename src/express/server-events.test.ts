import { createServer, type IncomingMessage, Server, type ServerResponse } from 'node:http'
import { expect, test } from 'vitest'
import { goOnward, guardServers, isSwitch, wentThrough } from './server-events.js'

const own = () =>
  Object.getOwnPropertyNames(Server.prototype).filter((name) => /^(emit|on|addListener)$/.test(name))
const request = () => ({ socket: {} }) as IncomingMessage

test('its patches of Node’s servers are removed with the last guard, and the originals restored', () => {
  const [first, second] = [guardServers(() => {}), guardServers(() => {})]
  expect(own()).toHaveLength(3)
  first()
  first()
  expect(own()).toHaveLength(3)
  second()
  expect(own()).toEqual([])

  const tracing = () => true
  Server.prototype.emit = tracing
  guardServers(() => {})()
  expect(Server.prototype.emit).toBe(tracing)
  Reflect.deleteProperty(Server.prototype, 'emit')
})

test('a later patch by other code stays, and works without it', () => {
  const stop = guardServers(() => {
    throw new Error('gone')
  })
  const ours = Server.prototype.emit
  const seen: unknown[] = []
  const tracing = function (this: Server, event: string, ...args: unknown[]) {
    seen.push(event)
    return Reflect.apply(ours, this, [event, ...args])
  }
  Server.prototype.emit = tracing
  stop()
  const server = createServer()
  const taken: unknown[] = []
  server.on('upgrade', (req) => taken.push(req))
  const req = request()
  server.emit('upgrade', req)
  Reflect.deleteProperty(Server.prototype, 'emit')
  expect([taken, seen.includes('upgrade')]).toEqual([[req], true])
})

test('a server whose only listener is the guarded one gets no further checks', () => {
  const asked: IncomingMessage[] = []
  const listener = (req: IncomingMessage) => void asked.push(req)
  const stop = guardServers(listener)
  const req = request()
  createServer(listener).emit('request', req, {} as ServerResponse)
  stop()
  expect(asked).toEqual([req])
  expect([goOnward(req), wentThrough(req), isSwitch(req)]).toEqual([false, false, false])
})

test('a request of another server, of the process but not of the guard, is left alone', () => {
  const stop = guardServers(() => {
    throw new Error('not mine')
  })
  const taken: IncomingMessage[] = []
  const server = createServer((req) => void taken.push(req))
  const req = request()
  server.emit('request', req, {} as ServerResponse)
  stop()
  expect(taken).toEqual([req])
})
