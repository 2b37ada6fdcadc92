import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import { launchBrowser } from '../../gate/app/browser.js'
import { closed, sendForm } from './browser-forms.js'

const FORM = '<!doctype html><form method="post" action="/done"><button>Do it</button></form>'

test('a tab whose form has led to another page can be closed', async () => {
  const server = createServer((req, res) => {
    req.resume()
    if (req.method === 'POST') return res.writeHead(302, { location: '/' }).end()
    res.writeHead(200, { 'content-type': 'text/html' }).end(FORM)
  }).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.on('listening', resolve))
  const browser = await launchBrowser()
  try {
    const baseURL = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const context = await browser.newContext({ baseURL })
    for (let round = 0; round < 10; round++) {
      const page = await context.newPage()
      await page.goto('/')
      expect(await sendForm(page, 'form')).toMatchObject({ status: 302, refused: false, path: '/done' })
      await page.close()
    }
  } finally {
    await browser.close()
    server.close()
  }
}, 60_000)

test('gives up on a tab that does not close', async () => {
  await closed({ close: () => new Promise(() => {}) })
}, 10_000)
