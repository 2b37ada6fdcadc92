import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import type { Incoming } from './handler.js'
import { ownApp, type Routes } from './own-app.js'

let close = () => {}
afterEach(() => close())

async function served(listener: RequestListener): Promise<(path: string) => Promise<number>> {
  const server = createServer(listener).listen(0, '127.0.0.1')
  await new Promise((listening) => server.once('listening', listening))
  close = () => void server.close()
  const { port } = server.address() as AddressInfo
  return async (path) => (await fetch(`http://127.0.0.1:${port}${path}`)).status
}

test('an app of our own whose routes could not be loaded is tried again by the next request', async () => {
  let loads = 0
  const handler = ownApp('/own', async (): Promise<Routes> => {
    loads += 1
    if (loads === 1) throw new Error('no file can be opened now')
    return (router) => void router.get('/here', (_req, res) => void res.sendStatus(200))
  })
  const status = await served((req, res) => {
    const end = (code: number) => void res.writeHead(code).end()
    Promise.resolve(handler(req as Incoming, res, () => end(404))).catch(() => end(500))
  })

  const statuses: number[] = []
  for (const path of ['/app', '/own/here', '/own/here', '/own/here', '/own/nothing'])
    statuses.push(await status(path))

  expect(statuses).toEqual([404, 500, 200, 200, 404])
  expect(loads).toBe(2)
})
