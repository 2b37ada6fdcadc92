import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Browser } from '@playwright/test'
import express from 'express'
import helmet from 'helmet'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { launchBrowser } from '../proof/gate/app/browser.js'
import { express4 } from './support/express4.js'
import { multer, type WithFile } from './support/multer.js'
import { type WrappedApp, wrappedApp } from './support/wrapped-app.js'

/** A page from before React, as a server writes it, with nothing that knows of logins but a way out. */
const PAGE = `<!doctype html><title>Notes</title>
<form id="plain" method="post" action="/notes"><input name="text" value="a plain form"></form>
<form id="upload" method="post" action="/files" enctype="multipart/form-data"><input type="file" name="file"></form>
<form id="out" method="post" action="/auth/logout"></form>`

let browser: Browser
beforeAll(async () => {
  browser = await launchBrowser()
})
afterAll(async () => browser?.close())

const apps: [string, typeof express, boolean][] = [
  ['an old app of Express 4', express4, false],
  ['an app of Express 5 with a helmet of its own, which wants no referrer', express, true],
]

describe.each(apps)('%s', (_what, make, ownHelmet) => {
  let one: WrappedApp
  beforeAll(async () => {
    one = await wrappedApp((db) => {
      const app = make()
      // Its policy would have plain http taken for https.
      if (ownHelmet) app.use(helmet({ contentSecurityPolicy: false }) as express.RequestHandler)
      app.get('/old', (_req, res) => void res.type('html').send(PAGE))
      app.post('/notes', make.urlencoded({ extended: false }), async (req, res) => {
        await db('notes').insert({ text: req.body.text, user_id: 2 })
        res.redirect(303, '/old?sent')
      })
      app.post('/files', multer().single('file'), (req, res) => {
        res.type('html').send(`<p>${(req as WithFile).file.size} bytes</p>`)
      })
      return app
    })
  })
  afterAll(async () => one?.dispose())

  test.each(['127.0.0.1', 'app.test'])('takes its forms from a browser at http://%s', async (host) => {
    const { port } = one.server.address() as AddressInfo
    const url = `http://${host}:${port}`
    const { token } = await one.login(2)
    const context = await browser.newContext({ baseURL: url })
    await context.addCookies([{ name: 'usertwo', value: token, url, httpOnly: true, sameSite: 'Lax' }])
    const page = await context.newPage()
    const send = (id: string) => page.evaluate(`document.getElementById('${id}').submit()`)

    const shown = await page.goto('/old')
    expect(shown!.headers()['referrer-policy']).toBe(
      ownHelmet ? 'same-origin' : 'strict-origin-when-cross-origin',
    )
    const before = (await one.stored('select * from notes where user_id = 2')).length
    const answered = page.waitForResponse((answer) => answer.request().method() === 'POST')
    await send('plain')
    expect((await answered).status()).toBe(303)
    await page.waitForURL(/sent/)
    expect(await one.stored('select * from notes where user_id = 2')).toHaveLength(before + 1)

    await page
      .locator('input[type=file]')
      .setInputFiles({ name: 'a.bin', mimeType: 'text/plain', buffer: Buffer.alloc(90_000, 7) })
    await send('upload')
    await page.getByText('90000 bytes').waitFor()

    await page.goto('/old')
    await send('out')
    await page.waitForURL((at) => at.pathname === '/auth/login')
    await page.goto('/old')
    expect(new URL(page.url()).pathname).toBe('/auth/login')
    await context.close()
  })
})

/** What the app's own page writes into its forms, as a server reads it out of the cookie. */
const withField = (field: string) => `<!doctype html><title>Notes</title>
<form id="plain" method="post" action="/notes">${field}<input name="text" value="with a token"></form>
<form id="upload" method="post" action="/files" enctype="multipart/form-data">${field}<input type="file" name="file"></form>`

describe('where AUTH_CSRF=token asks for the token from the own pages too', () => {
  let one: WrappedApp
  beforeAll(async () => {
    one = await wrappedApp(
      (db) => {
        const app = express()
        app.get('/old', (req, res) => {
          const token = /csrftoken=([^;]+)/.exec(req.get('cookie') ?? '')?.[1]
          const field = req.query.without ? '' : `<input type="hidden" name="_csrf" value="${token}">`
          res.type('html').send(withField(field))
        })
        app.post('/notes', express.urlencoded({ extended: false }), async (req, res) => {
          await db('notes').insert({ text: req.body.text, user_id: 2 })
          res.type('html').send('<p>kept</p>')
        })
        app.post('/files', multer().single('file'), (req, res) => {
          res.type('html').send(`<p>${(req as WithFile).file.size} bytes</p>`)
        })
        return app
      },
      { env: { AUTH_CSRF: 'token' } },
    )
  })
  afterAll(async () => one?.dispose())

  test('a browser sends a form and an upload with the field, and neither without it', async () => {
    const { url } = one
    const { token } = await one.login(2)
    const context = await browser.newContext({ baseURL: url })
    await context.addCookies([{ name: 'usertwo', value: token, url, httpOnly: true, sameSite: 'Lax' }])
    const { csrfToken } = await (await context.request.get('/api/auth/csrf')).json()
    await context.addCookies([{ name: 'csrftoken', value: csrfToken, url, sameSite: 'Lax' }])
    const page = await context.newPage()
    const file = { name: 'a.bin', mimeType: 'text/plain', buffer: Buffer.alloc(90_000, 7) }
    const sent = async (from: string, id: string) => {
      await page.goto(from)
      await page.locator('input[type=file]').setInputFiles(file)
      const answered = page.waitForResponse((answer) => answer.request().method() === 'POST')
      await page.evaluate(`document.getElementById('${id}').submit()`)
      const answer = await answered
      return [answer.status(), await answer.text()]
    }
    expect(await sent('/old', 'plain')).toEqual([200, '<p>kept</p>'])
    expect(await sent('/old', 'upload')).toEqual([200, '<p>90000 bytes</p>'])
    for (const id of ['plain', 'upload']) {
      const [status, body] = await sent('/old?without=1', id)
      expect([status, body]).toEqual([403, expect.stringContaining('csrf_failed')])
    }
    expect(await one.stored('select text from notes where user_id = 2')).toEqual([{ text: 'with a token' }])
    await context.close()
  })
})

describe('a browser app on a sub-domain that CORS_ORIGINS lists', () => {
  let spa: Server
  let one: WrappedApp
  let origin: (host: string) => string
  beforeAll(async () => {
    spa = createServer((_req, res) => res.setHeader('content-type', 'text/html').end('<!doctype html><p>spa'))
    await new Promise<void>((done) => spa.listen(0, '127.0.0.1', done))
    const { port } = spa.address() as AddressInfo
    origin = (host) => `http://${host}:${port}`
    one = await wrappedApp(
      (db) => {
        const app = express()
        app.post('/notes', express.json(), async (req, res) => {
          res.json(await db('notes').insert({ text: req.body.text, user_id: 2 }, ['text']))
        })
        return app
      },
      { env: { CORS_ORIGINS: origin('spa.app.test') } },
    )
  })
  afterAll(async () => {
    await one?.dispose()
    spa?.close()
  })

  test('writes with the login cookie, and a sibling that is not listed does not', async () => {
    const { port } = one.server.address() as AddressInfo
    const api = `http://app.test:${port}`
    const { token } = await one.login(2)
    const context = await browser.newContext()
    await context.addCookies([{ name: 'usertwo', value: token, url: api, httpOnly: true, sameSite: 'Lax' }])
    const page = await context.newPage()
    const writes = async (host: string, text: string) => {
      await page.goto(origin(host))
      return page.evaluate(`fetch('${api}/notes', { method: 'POST', credentials: 'include',
        headers: { 'content-type': 'application/json' }, body: JSON.stringify({ text: '${text}' }) })
        .then((answer) => answer.json(), () => 'refused')`)
    }
    expect(await writes('spa.app.test', 'listed')).toEqual([{ text: 'listed' }])
    expect(await writes('other.app.test', 'not listed')).toBe('refused')
    // A form needs no leave of CORS to be sent.
    const answered = page.waitForResponse((answer) => answer.request().method() === 'POST')
    await page.evaluate(`document.body.innerHTML = '<form method="post" action="${api}/notes"></form>'
      document.forms[0].submit()`)
    expect((await answered).status()).toBe(403)
    expect(await one.stored('select text from notes where user_id = 2')).toEqual([{ text: 'listed' }])
    await context.close()
  })
})
