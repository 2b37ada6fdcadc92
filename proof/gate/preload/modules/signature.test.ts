import { createServer, Server, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, expect, test } from 'vitest'
import { guardServers } from '../../../../src/express/server-events.js'
import { SIGNATURE_HEADER } from '../orders.js'
import { signAnswers } from './signature.js'

// Other files of this process look at the same prototypes; `emit` is inherited, and `writeHead` is not.
const { writeHead } = ServerResponse.prototype
afterAll(() => {
  Reflect.deleteProperty(Server.prototype, 'emit')
  ServerResponse.prototype.writeHead = writeHead
})

test('signs what usertwo answers on a server whose requests another listener takes first, as a Socket.IO does', async () => {
  signAnswers('this process')
  const listener = (_req: unknown, res: { end(text: string): void }) => res.end('ready')
  const stop = guardServers(listener as never)
  const server = createServer(listener as never)
  const [first] = server.listeners('request') as [(...given: unknown[]) => void]
  server.removeAllListeners('request')
  server.on('request', (...given) => first(...given))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const answer = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/ready`)
  stop()
  server.close()
  expect([await answer.text(), answer.headers.get(SIGNATURE_HEADER)]).toEqual(['ready', 'this process'])
})
