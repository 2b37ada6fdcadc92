import { expect, test } from 'vitest'
import { check, green, tinyGate } from '../../../test/support/tiny-gate.js'

const tiny = tinyGate()

test('reports an app that ends instead of answering, with the request and its last output', async () => {
  tiny.serve(`const { createServer } = await import('node:http')
    createServer((req, res) => {
      if (req.url !== '/end') return res.end()
      console.error('my last words')
      process.exit(4)
    }).listen(process.env.PORT, process.env.HOST)`)
  const asks = check('tiny.asks', async (gate) => {
    await (await gate.app()).ask('POST', '/end')
    return green
  })
  const { checks } = await tiny.run([asks])
  expect(checks.map(({ verdict, evidence }) => [verdict, evidence[0]?.what])).toEqual([
    ['unknown', 'POST /end: the app ended (exit code 4) instead of answering\nmy last words'],
  ])
})
