import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { parseConfig } from '../../../src/config/config.js'
import type { Gate } from '../../gate/gate.js'
import { ownerUnchanged } from './owner-unchanged.js'

const config = parseConfig({ app: { start: ['node', 'a.js'] }, owner: { id: 1 }, users: { table: 'users' } })
const OWNER = { name: 'owner', headers: { authorization: 'owner' } }

let server: Server | undefined
afterEach(() => void server?.close())

/** A gate over an app with one route, which counts the time, and whose layers keep another user out. */
async function gateOf(answer: (as: string | undefined) => object) {
  server = createServer((req, res) => {
    const { authorization } = req.headers
    res.statusCode = authorization === 'other' ? 503 : 200
    res.end(JSON.stringify({ ms: performance.now(), ...answer(authorization) }))
  })
  await new Promise<void>((listening) => server!.listen(0, '127.0.0.1', listening))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const ask = async (method: string, path: string, { as }: { as: { headers: Record<string, string> } }) => {
    const { status, text } = await fetch(new URL(path, url), { method, headers: as.headers }).then(
      async (got) => ({ status: got.status, text: await got.text() }),
    )
    return { status, headers: {}, body: text }
  }
  return {
    config,
    people: async () => ({ owner: OWNER, other: { name: 'other', headers: { authorization: 'other' } } }),
    app: async () => ({ url, ask }),
    routes: async () => [{ method: 'GET', path: '/running' }],
    traffic: async () => [],
  } as unknown as Gate
}

test('an answer that counts the time is not one that the owner’s login changed', async () => {
  const { problems, exercised } = await ownerUnchanged.run(await gateOf(() => ({ lists: 'all' })))
  expect(problems).toEqual([])
  expect(exercised).toBe(2)
})

test('one that the login changes besides is named by its route', async () => {
  const gate = await gateOf((as) => ({ lists: as ? 'mine' : 'all' }))
  const { problems } = await ownerUnchanged.run(gate)
  expect(problems).toMatchObject([
    { what: expect.stringContaining('differently when logged in'), route: 'GET /running' },
  ])
})
