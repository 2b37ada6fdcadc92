import express from 'express'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Served, served } from '../../../test/support/app-gate.js'
import { followed } from './page-guard.js'

let target: Served
beforeAll(async () => {
  const app = express()
  app.get('/', (_req, res) => res.redirect('dashboard?from=start'))
  app.get('/dashboard', (req, res) => void res.send(`from ${req.query.from}`))
  app.get('/closed', (_req, res) => res.redirect('/auth/login?next=%2Fclosed'))
  app.get('/away', (_req, res) => res.redirect('https://example.com/'))
  app.get('/round', (_req, res) => res.redirect('/round'))
  app.get('/absolute', (_req, res) => res.redirect(`${target.url}/dashboard?from=absolute`))
  target = await served(app)
})
afterAll(() => target.stop())

const open = (path: string) =>
  followed((at) => target.ask('GET', at), path, { origin: target.url, aside: ['/auth'] })

test('a page that redirects within the app is the page it leads to', async () => {
  expect(await open('/')).toMatchObject({ status: 200, body: 'from start' })
  expect(await open('/absolute')).toMatchObject({ status: 200, body: 'from absolute' })
})

test.each([
  ['/closed', '/auth/login?next=%2Fclosed'],
  ['/away', 'https://example.com/'],
  ['/round', '/round'],
])('a redirect of %s to the login, to another host or in a circle stays one', async (path, location) => {
  expect(await open(path)).toMatchObject({ status: 302, headers: { location } })
})
