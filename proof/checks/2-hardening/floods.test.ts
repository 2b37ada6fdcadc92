import express from 'express'
import { expect, test } from 'vitest'
import { gateOver, served } from '../../../test/support/app-gate.js'
import { floods } from './floods.js'

/**
 * Returns the check's findings for the route that reads a body, without those of a length that is only
 * announced, which layers refuse.
 */
async function saidOf(app: express.Express): Promise<string[]> {
  app.get('/health', (_req, res) => void res.send('ok'))
  app.use(((_error, _req, res, _next) => void res.status(500).end()) as express.ErrorRequestHandler)
  const target = await served(app)
  const { problems } = await floods.run(gateOver(async () => target, ['POST /notes']))
  await target.stop()
  return problems
    .filter(({ route, what }) => route === 'POST /notes' && !/announced/.test(what))
    .map(({ what }) => what)
}

test('does not report an app that reads only forms and fails at every JSON body', async () => {
  const app = express()
  app.use(express.urlencoded({ extended: false }))
  app.post('/notes', (req, res) => void res.send(req.body.title.toUpperCase()))
  expect(await saidOf(app)).toEqual([])
}, 30_000)

test('reports an app that reads JSON and fails at a large body', async () => {
  const app = express()
  app.use(express.json())
  app.post('/notes', (_req, res) => void res.send('ok'))
  expect(await saidOf(app)).toContain('a body of 2 MB: not answered as it must be')
}, 30_000)

test('sends the headers that the app requires byte by byte too', async () => {
  const app = express()
  app.use((req, res, next) => void (req.get('x-key') === 'k' ? next() : res.sendStatus(401)))
  app.get('/health', (_req, res) => void res.send('ok'))
  const target = await served(app)
  target.headersOf = () => ({ 'x-key': 'k' })
  Object.assign(target.server, { headersTimeout: 10_000, requestTimeout: 10_000 })
  const { problems } = await floods.run(gateOver(async () => target, []))
  await target.stop()
  expect(problems.filter(({ what }) => /byte by byte/.test(what))).toEqual([])
}, 30_000)
