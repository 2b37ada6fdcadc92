import { createServer } from 'node:http'
import express5 from 'express'
import request from 'supertest'
import { describe, expect, it } from 'vitest'
import { express4 } from '../../../../test/support/express4.js'
import { testKit } from '../../../../test/support/hardened.js'
import type { Person } from '../../../core/context.js'
import { asInnerApp, callInner } from '../../../express/inner-app.js'
import { privateAnswers } from './private-answers.js'

const reader = { id: 1, isAdmin: false, roles: [] } as unknown as Person

describe.each([
  ['4', express4],
  ['5', express5],
])('in front of Express %s', (_version, express) => {
  const ask = (headers: Record<string, string>, person: Person | null = reader, type = 'json') => {
    const app = express()
    app.get('/', (_req, res) => void res.set(headers).type(type).send('{"mine":1}'))
    app.get('/head', (_req, res) => void res.writeHead(200, { 'Cache-Control': 'public' }).end('x'))
    const outer = express5()
    outer.use(privateAnswers(testKit({ userOf: () => person })))
    outer.use((req, res) => callInner(asInnerApp(app), req, res))
    return request(createServer(outer))
  }

  it.each([
    [{}, 'private, no-cache'],
    [{ 'Cache-Control': 'public, max-age=600, s-maxage=900' }, 'private, no-cache'],
    [{ 'Cache-Control': 'private, max-age=600' }, 'private, no-cache'],
    [{ 'Cache-Control': 'no-store, public' }, 'no-store'],
    [{ 'Cache-Control': 'public, max-age=600, immutable' }, 'private, max-age=600, immutable'],
    [{ 'Cache-Control': 'immutable' }, 'private, no-cache'],
  ])('%j becomes %s', async (said, expected) => {
    const { headers } = await ask(said).get('/')
    expect(headers).toMatchObject({ 'cache-control': expected, vary: 'Cookie, authorization' })
  })

  it('a page is not stored, nor an answer to a navigation', async () => {
    expect((await ask({}, reader, 'html').get('/')).headers['cache-control']).toBe('no-store')
    const asked = ask({}).get('/').set({ accept: 'text/html', 'sec-fetch-mode': 'navigate' })
    expect((await asked).headers['cache-control']).toBe('no-store')
  })

  it('headers for other caches are removed, and those passed to writeHead are handled too', async () => {
    const said = {
      Expires: 'Thu, 01 Dec 2099 16:00:00 GMT',
      'CDN-Cache-Control': 'max-age=60',
      Vary: 'Accept',
    }
    const { headers } = await ask(said).get('/')
    expect([headers.expires, headers['cdn-cache-control'], headers.vary]).toEqual([
      undefined,
      undefined,
      'Accept, Cookie, authorization',
    ])
    expect((await ask({}).get('/head')).headers['cache-control']).toBe('private, no-cache')
  })

  it('an ETag still saves a second answer', async () => {
    const { headers } = await ask({}).get('/')
    const again = await ask({}).get('/').set('if-none-match', headers.etag!)
    expect([again.status, again.headers['cache-control']]).toEqual([304, 'private, no-cache'])
  })

  it('leaves anonymous answers as the app sets them', async () => {
    const { headers } = await ask({ 'Cache-Control': 'public, max-age=60' }, null).get('/')
    expect([headers['cache-control'], headers.vary]).toEqual(['public, max-age=60', undefined])
  })
})
