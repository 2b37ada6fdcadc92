import type { AddressInfo } from 'node:net'
import type { Browser } from '@playwright/test'
import express from 'express'
import helmet from 'helmet'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { launchBrowser } from '../src/gate/browser.js'
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
