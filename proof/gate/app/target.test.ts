import { expect, test } from 'vitest'
import { check, green, tinyGate } from '../../../test/support/tiny-gate.js'

const tiny = tinyGate()

test('waits for an app to say that it listens, and asks it seldom until then', async () => {
  tiny.serve(`const { createServer } = await import('node:net')
    const http = await import('node:http')
    const began = performance.now()
    let asked = 0
    const early = createServer((socket) => { asked++; socket.destroy() }).listen(process.env.PORT, process.env.HOST)
    setTimeout(() => early.close(() => {
      const facts = JSON.stringify({ asked, ms: performance.now() - began })
      http.createServer((req, res) => res.end(facts)).listen(process.env.PORT, process.env.HOST)
    }), 2_000)`)
  let facts = { asked: 0, ms: 0 }
  const reads = check('tiny.asks', async (gate) => {
    facts = (await (await gate.app()).ask('GET', '/')).json as typeof facts
    return green
  })
  expect((await tiny.run([reads])).go).toBe(true)
  expect(facts.asked).toBeLessThanOrEqual(facts.ms / 200 + 2)
})

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
  const said = checks.map(({ verdict, evidence: [first] }) => [verdict, first?.what, first?.got])
  expect(said).toEqual([
    [
      'unknown',
      'POST /end: the app ended (exit code 4) instead of answering',
      'the app printed: my last words',
    ],
  ])
})

test('reports an app that ends as soon as it has answered for the first time', async () => {
  tiny.serve(`const { createServer } = await import('node:http')
    createServer((req, res) => res.end(() => {
      console.error('my last words')
      process.exit(3)
    })).listen(process.env.PORT, process.env.HOST)`)
  const starts = check('tiny.starts', async (gate) => {
    await gate.app()
    return green
  })
  const { checks } = await tiny.run([starts])
  expect(checks[0]!.evidence[0]!.what).toMatch(/ended \(exit code 3\) as soon as it served\nmy last words/)
}, 30_000)
