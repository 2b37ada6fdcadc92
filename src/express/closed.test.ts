import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { expect, test } from 'vitest'
import { whenClosed } from './closed.js'

/** What is said of an answer by who comes to it before it is over, or after, as the client has hung up. */
async function hungUp(when: 'before' | 'after'): Promise<string[]> {
  const said: string[] = []
  const answer = new Promise<ServerResponse>((resolve) => {
    server.once('request', (_req, res) => resolve(res))
  })
  const client = connect((server.address() as AddressInfo).port, '127.0.0.1')
  client.write('GET / HTTP/1.1\r\nhost: here\r\n\r\n')
  const res = await answer
  const over = once(res, 'close')
  const both = () => {
    whenClosed(res, () => said.push('first'))
    whenClosed(res, () => said.push('second'))
  }
  if (when === 'before') both()
  client.destroy()
  await over
  if (when === 'after') both()
  await new Promise(setImmediate)
  return said
}

const server = createServer()

test('what is to be done when an answer is over is done once, also where it was over before', async () => {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  try {
    expect(await hungUp('before')).toEqual(['first', 'second'])
    expect(await hungUp('after')).toEqual(['first', 'second'])
  } finally {
    server.close()
  }
})
