import { expect, test } from 'vitest'
import { check, green, tinyGate } from '../../../test/support/tiny-gate.js'
import type { Answer } from '../../gate/app/http.js'
import { type BurstAnswer, burst, inTurn, pipelined } from './burst.js'

const tiny = tinyGate()

test('requests carry the headers that the app requires, in a burst, in turn and on one connection', async () => {
  tiny.serve(`const { createServer } = await import('node:http')
    createServer(({ headers }, res) => {
      res.end(JSON.stringify([headers['x-api-key'], headers.authorization]))
    }).listen(process.env.PORT, process.env.HOST)`)
  const request = { contentType: null, body: null } as BurstAnswer['request']
  const sent: BurstAnswer[] = ['Bearer one', 'Bearer two'].map((authorization) => ({
    as: { headers: { authorization } } as unknown as BurstAnswer['as'],
    method: 'GET',
    path: '/',
    request,
  }))
  const seen: unknown[] = []
  const asks = check('tiny.asks', async (gate) => {
    const app = await gate.app()
    for (const way of [burst, inTurn, pipelined])
      seen.push((await way(app, sent)).map((answer) => (answer as Answer).json))
    return green
  })
  const app = {
    start: ['node', 'server.mjs'] as [string, string],
    headers: { 'x-api-key': 'key of the app', authorization: 'Bearer of the app' },
  }
  await tiny.run([asks], {}, { app })
  const each = [
    ['key of the app', 'Bearer one'],
    ['key of the app', 'Bearer two'],
  ]
  expect(seen).toEqual([each, each, each])
})
