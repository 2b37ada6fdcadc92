// The pages that usertwo shows in place of an app's own, in an app that is started as in production.
import { once } from 'node:events'
import { request as httpRequest } from 'node:http'
import type { AddressInfo } from 'node:net'
import express from 'express'
import { expect, test } from 'vitest'
import { requireRole } from '../src/index.js'
import { type WrappedApp, wrappedApp } from './support/wrapped-app.js'

const start = (language: 'auto' | 'de') =>
  wrappedApp(
    (db) => {
      const app = express()
      app.get('/editors', requireRole('editor'), (_req, res) => void res.json({ done: true }))
      app.post('/notes/:id', async (req, res) => {
        await db('notes').where({ id: req.params.id }).update({ text: 'changed' })
        res.vary('Origin').redirect('/')
      })
      return app
    },
    {
      config: { tables: { notes: { owner: 'user_id', access: 'readable' } }, auth: { language } },
      schema: "insert into notes (text, user_id) values ('of user 1', 1)",
    },
  )

/** As a browser sends it; fetch never sends `Sec-Fetch-Mode: navigate`. */
async function navigate(app: WrappedApp, method: string, path: string, language: string) {
  const { port } = app.server.address() as AddressInfo
  const headers = {
    accept: 'text/html,*/*',
    'sec-fetch-mode': 'navigate',
    'accept-language': language,
    authorization: `Bearer ${app.people[1]!.token}`,
  }
  const [answer] = await once(
    httpRequest({ port, host: '127.0.0.1', method, path, headers }).end(),
    'response',
  )
  let text = ''
  for await (const part of answer) text += part
  return { status: answer.statusCode, headers: answer.headers, text }
}

test('a refusal is explained in the language that the browser prefers', async () => {
  const app = await start('auto')
  for (const [language, said, role, row] of [
    ['de-CH', 'de', 'Dazu sind Sie nicht berechtigt', 'Das gehört einem anderen Benutzer'],
    ['en', 'en', 'You may not do this', 'This belongs to another user'],
  ] as const)
    for (const [method, path, title] of [
      ['GET', '/editors', role],
      ['POST', '/notes/1', row],
    ] as const) {
      const { status, headers, text } = await navigate(app, method, path, language)
      expect([path, status]).toEqual([path, 403])
      expect(text).toContain(`<html lang="${said}">`)
      expect(text).toContain(`<h1>${title}</h1>`)
      expect(headers).toMatchObject({
        'content-language': said,
        vary: expect.stringContaining('Accept-Language'),
      })
    }
  await app.dispose()
}, 60_000)

test('with one language it is in that, whatever the browser prefers', async () => {
  const app = await start('de')
  const role = await navigate(app, 'GET', '/editors', 'en')
  expect(role.text).toContain('<h1>Dazu sind Sie nicht berechtigt</h1>')
  const row = await navigate(app, 'POST', '/notes/1', 'en')
  expect(row.text).toContain('<h1>Das gehört einem anderen Benutzer</h1>')
  expect(row.headers['content-language']).toBeUndefined()
  await app.dispose()
}, 60_000)
