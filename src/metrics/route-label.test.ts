import express from 'express'
import request from 'supertest'
import { expect, test } from 'vitest'
import { express4 } from '../../test/support/express4.js'
import type { Incoming } from '../express/handler.js'
import type { InnerApp } from '../express/inner-app.js'
import { guardMatched } from '../express/matched.js'
import { notePassed, routeLabel } from './route-label.js'

/** A made-up app with every way to mount, and the label each request to it gets. */
function labelled(make: typeof express) {
  const app = make()
  const labels: string[] = []
  const router = () =>
    make
      .Router({ mergeParams: true })
      .get('/', (_req, res) => void res.end())
      .get('/fails/:id', () => {
        throw new Error('fails')
      })
      .get('/at/:id', async (_req, res) => {
        await Promise.resolve()
        res.end()
      })
  app.use((req, res, next) => {
    res.on('close', () => labels.push(routeLabel(req as unknown as Incoming, ['/api/auth'])))
    next()
  })
  app.use('/api', (_req, _res, next) => next())
  app.use('/api', router())
  app.use(
    '/people/:person',
    make.Router({ mergeParams: true }).use('/notes', router()).use('/:year', router()),
  )
  app.use('/v:version', router())
  app.use(/^\/[a-z]+-\d+/, router())
  app.use(/^\/u\d\d/, router())
  app.use(['/first', '/second'], router())
  app.use('/within', make().use('/deep', router()).use(router()))
  app.get(['/one', '/other'], (_req, res) => void res.end())
  app.get(/^\/pattern\/(\w+)$/, (_req, res) => void res.end())
  app.set('env', 'test')
  guardMatched(app as unknown as InnerApp, (_here, req, _res, next) => {
    notePassed(req as Incoming)
    next()
  })
  return {
    app,
    async of(path: string) {
      await request(app).get(path)
      return labels.pop()
    },
  }
}

/** What Express 4 does not tell of a mount stands for anything; 5 has it as it was written. */
const WAYS: [path: string, label: string, in5?: string][] = [
  ['/api/at/42', '/api/at/:id'],
  ['/API/AT/42?token=x', '/api/at/:id'],
  ['/people/people/notes/at/7', '/:person/people/notes/at/:id', '/people/:person/notes/at/:id'],
  ['/people/ann@example.com/notes/at/7', '/people/:person/notes/at/:id'],
  ['/people/ann%40example.com/2026/', '/people/:person/:year/'],
  ['/v17/at/7', '/*/at/:id', '/v:version/at/:id'],
  ['/ann-17/at/7', '/*/at/:id'],
  ['/u17/at/7', '/*/at/:id'],
  ['/first/at/7', '/first/at/:id'],
  ['/within/deep/at/7', '/within/*/at/:id'],
  ['/one', '/one,/other'],
  ['/api/fails/7', '/api/fails/:id'],
  ['/people/ann/notes/fails/7', '/people/:person/notes/fails/:id'],
  ['/within/deep/fails/7', '/within/*/fails/:id'],
  ['/within/at/7', '/within/at/:id'],
  ['/pattern/ann', '/^\\/pattern\\/(\\w+)$/'],
  ['/nothing/of/ann@example.com', 'unmatched'],
  ['/api/nothing/ann@example.com', 'unmatched'],
]

test.each([
  ['5', express],
  ['4', express4 as typeof express],
])('Express %s: a label is what the app declares, never what was sent', async (version, make) => {
  const { of } = labelled(make)
  for (const [path, label, in5 = label] of WAYS)
    expect([path, await of(path)]).toEqual([path, version === '5' ? in5 : label])
})
