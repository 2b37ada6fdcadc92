import { expect, test } from 'vitest'
import { tinyGate } from '../../../test/support/tiny-gate.js'
import type { Gate } from '../../gate/gate.js'
import { htmlUnderApi } from './html-under-api.js'

const tiny = tinyGate()

test('an app that ends at a request without a body is reported at that request, not at the next', async () => {
  tiny.serve(`const { createServer } = await import('node:http')
    createServer((req, res) => {
      if (req.method === 'POST') process.exit(1)
      res.end()
    }).listen(process.env.PORT, process.env.HOST)`)
  const routes = ['GET /api/messages', 'POST /api/messages'].map((route) => {
    const [method, path] = route.split(' ') as [string, string]
    return { method, path, at: 'server.js:1' }
  })
  const run = (gate: Gate) =>
    htmlUnderApi.run(
      Object.assign(Object.create(gate), { routes: async () => routes, traffic: async () => [] }),
    )
  const { checks } = await tiny.run([{ ...htmlUnderApi, run }])
  expect(checks.map(({ verdict, evidence: [first] }) => [verdict, first?.what])).toEqual([
    ['unknown', 'POST /api/messages: the app ended (exit code 1) instead of answering'],
  ])
})
