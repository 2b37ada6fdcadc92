import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'
import { beforeEach, describe, expect, test } from 'vitest'
import { check, green, tinyGate } from '../../../test/support/tiny-gate.js'

const gate = tinyGate()
const EXPRESS = pathToFileURL(createRequire(import.meta.url).resolve('express')).href
const app = (caught: string) => `import express from '${EXPRESS}'
const app = express()
app.get('/health', (req, res) => res.end('ok'))
app.put('/todos/:id', async (req, res) => {
  try {
    res.json(await Promise.reject(new Error('refused')))
  } catch (err) {
    ${caught}
  }
})
app.get('/slow', (req, res) => {})
app.listen(process.env.PORT, process.env.HOST)
`
/** A check that asks with less patience than others. */
const asking = (method: string, path: string, throws: boolean) =>
  check('tiny.answers' as never, async (session) => {
    const target = await session.app({ dial: 0 })
    const error = await target.ask(method, path, { timeout: 700 }).then(
      () => null,
      (failed: Error) => failed,
    )
    if (error && throws) throw error
    return error ? { ...green, problems: [{ what: 'the owner gets no answer', got: error.message }] } : green
  })
const ran = async (method: string, path: string, throws = false) =>
  (await gate.run([asking(method, path, throws)])).checks[0]!

describe('a request without an answer', () => {
  beforeEach(() => gate.serve(app('console.error(err.message)')))

  test('is said to be the handler that swallows its errors, with the place', async () => {
    const { verdict, evidence } = await ran('PUT', '/todos/7?done=1')
    expect(verdict).toBe('fail')
    expect(evidence).toEqual([
      expect.objectContaining({
        what: 'this handler swallows its errors: server.mjs:7',
        at: 'server.mjs:7',
        got: expect.stringMatching(/^the owner gets no answer, no answer to PUT \/todos\/7/),
      }),
    ])
  })

  test('is named also where it ends the check', async () => {
    const { verdict, evidence } = await ran('PUT', '/todos/7', true)
    expect(verdict).toBe('unknown')
    expect(evidence).toEqual([
      expect.objectContaining({
        what: 'this handler swallows its errors: server.mjs:7',
        got: expect.stringMatching(/^no answer to PUT \/todos\/7: .*the app printed: refused$/),
      }),
    ])
  })

  test('of another route is left as it is', async () => {
    const { evidence } = await ran('GET', '/slow')
    expect(evidence[0]?.what).toBe('the owner gets no answer')
  })
})

test('a handler that answers its errors is not named', async () => {
  gate.serve(app('res.status(500).end()'))
  expect((await ran('PUT', '/todos/7')).verdict).toBe('pass')
})
