import express from 'express'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { express4 } from '../../../../test/support/express4.js'
import { type WrappedApp, wrappedApp } from '../../../../test/support/wrapped-app.js'
import { parseSettings } from '../../../config/settings.js'
import { connect } from '../../../database/connect.js'
import { cookies } from './cookies/cookies.js'
import { createToken } from './tokens/made-tokens.js'

/** An app that takes the method from the address, whatever it was sent by. */
function overriding(make: typeof express) {
  const app = make()
  app.use((req, _res, next) => {
    req.method = String(req.query._method ?? req.method)
    next()
  })
  app.param('id', (_req, _res, next) => next())
  for (const method of ['get', 'post', 'put', 'delete'] as const)
    app[method]('/notes/:id', (_req, res) => void res.json({ did: method }))
  app.post('/letters', (_req, res) => void res.json({ did: 'post' }))
  app.delete('/letters', (_req, res) => void res.json({ did: 'delete' }))
  return app
}

let app: WrappedApp
const made = async (...scopes: string[]) => {
  const db = connect(app.urls.url, { system: true })
  const { token } = await createToken(db, 2, { name: 'nightly', scopes, days: 30 })
  await db.destroy()
  return { authorization: `Bearer ${token}` }
}
async function said(headers: Record<string, string>, method: string, path: string): Promise<string> {
  const answer = await fetch(app.url + path, { method, headers })
  const body = (await answer.json()) as Record<string, unknown>
  return `${answer.status} ${body.did ?? body.code}`
}

describe.each([
  ['Express 4', express4],
  ['Express 5', express],
])('%s: a method that the app changes', (_name, make) => {
  beforeAll(async () => {
    const routes = {
      public: ['GET /health', 'POST /letters'],
      require: { 'PUT /notes/:id': { scope: 'notes:put' } },
    }
    app = await wrappedApp(() => overriding(make), { users: 2, config: { routes } })
  }, 120_000)
  afterAll(() => app?.dispose())

  test('asks a token for the scope of what it became', async () => {
    const read = await made('read')
    expect(await said(read, 'GET', '/notes/1')).toBe('200 get')
    expect(await said(read, 'GET', '/notes/1?_method=DELETE')).toBe('403 forbidden')
    expect(await said(read, 'GET', '/notes/1?_method=PUT')).toBe('403 forbidden')
    expect(await said(await made('write'), 'POST', '/notes/1?_method=DELETE')).toBe('200 delete')
    expect(await said(await made('write'), 'POST', '/notes/1?_method=PUT')).toBe('403 forbidden')
    expect(await said(await made('write', 'notes:put'), 'POST', '/notes/1?_method=PUT')).toBe('200 put')
  })

  test('makes no write of a read that another site begins', async () => {
    const login = { cookie: `${cookies(parseSettings(app.env)).login}=${app.people[1]!.token}` }
    const from = (site: string) => ({ ...login, 'sec-fetch-site': site })
    expect(await said(from('cross-site'), 'GET', '/notes/1')).toBe('200 get')
    expect(await said(from('cross-site'), 'GET', '/notes/1?_method=DELETE')).toBe('403 csrf_failed')
    expect(await said(from('none'), 'GET', '/notes/1?_method=DELETE')).toBe('403 csrf_failed')
    expect(await said(from('same-origin'), 'GET', '/notes/1?_method=DELETE')).toBe('200 delete')
    expect(await said(from('same-origin'), 'POST', '/notes/1?_method=DELETE')).toBe('200 delete')
    expect(await said(from('cross-site'), 'POST', '/notes/1?_method=DELETE')).toBe('403 csrf_failed')
  })

  test('is public only where it is by its new method', async () => {
    expect(await said({}, 'POST', '/letters')).toBe('200 post')
    expect(await said({}, 'POST', '/letters?_method=DELETE')).toBe('401 authentication_required')
  })
})
