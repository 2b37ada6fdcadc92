import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Browser } from '@playwright/test'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { launchBrowser } from '../../gate/app/browser.js'
import { closed, pageContext, sendForm } from './browser-forms.js'

const FORM = '<!doctype html><form method="post" action="/done"><button>Do it</button></form>'

let browser: Browser
beforeAll(async () => {
  browser = await launchBrowser()
})
afterAll(async () => browser?.close())

/** A server that answers every page with `body`, and every form with `answer`. */
async function served(body: string, answer: (res: ServerResponse) => void, csp?: string) {
  const server = createServer((req, res) => {
    req.resume()
    if (req.method === 'POST') return answer(res)
    const policy = csp ? { 'content-security-policy': csp } : {}
    res.writeHead(200, { 'content-type': 'text/html', ...policy }).end(body)
  }).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.on('listening', resolve))
  return { server, port: (server.address() as AddressInfo).port }
}

test('a tab whose form has led to another page can be closed', async () => {
  const { server, port } = await served(FORM, (res) => res.writeHead(302, { location: '/' }).end())
  const context = await browser.newContext({ baseURL: `http://127.0.0.1:${port}` })
  for (let round = 0; round < 10; round++) {
    const page = await context.newPage()
    await page.goto('/')
    expect(await sendForm(page, 'form')).toMatchObject({ status: 302, refused: false, path: '/done' })
    await page.close()
  }
  await context.close()
  server.close()
}, 60_000)

describe.each(['127.0.0.1', 'app.test'])('at http://%s', (host) => {
  // helmet's policy, which has every plain http address taken for https.
  const HELMET = "default-src 'self'; form-action 'self'; upgrade-insecure-requests"
  const cases = [
    ['a form of the page', FORM, HELMET, { status: 204, path: '/done' }],
    ['a form that the page does not have', '<p>no form</p>', HELMET, { status: 204, path: '/usertwo-gate' }],
    ['a form of a page that may have none', FORM, "form-action 'none'", { blocked: 'own' }],
    [
      'an added form where the page may have none',
      '<p>no form</p>',
      "form-action 'none'",
      { blocked: 'added' },
    ],
  ] as const
  test.each(cases)('sends %s', async (_what, body, csp, expected) => {
    const { server, port } = await served(body, (res) => res.writeHead(204).end(), csp)
    const context = await pageContext(browser, `http://${host}:${port}`)
    context.setDefaultTimeout(5_000)
    const page = await context.newPage()
    await page.goto('/')
    // At the name no policy is in force.
    const sent = 'blocked' in expected && host === 'app.test' ? { status: 204 } : expected
    expect(await sendForm(page, 'form')).toMatchObject(sent)
    await context.close()
    server.close()
  })
})

test('gives up on a tab that does not close', async () => {
  await closed({ close: () => new Promise(() => {}) })
}, 10_000)
