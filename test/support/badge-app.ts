import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Browser, BrowserContextOptions, Page } from '@playwright/test'
import express from 'express'
import request from 'supertest'
import type { ConfigInput } from '../../src/config/config.js'
import { type Problem, sendProblem } from '../../src/core/problem.js'
import { createUser } from '../../src/phases/4-auth/registration/create-user.js'
import { requireUser } from '../../src/phases/6-isolation/requests/require-user.js'
import { type AuthApp, authApp, CODE } from './auth-app.js'

export const ANN = { email: 'ann@example.com', password: 'a long enough one' }
export const BOB = { email: 'bob@example.com', password: 'another long one' }
const POLICY = "default-src 'self'; require-trusted-types-for 'script'"
const PAGE = `<!doctype html><html lang="en"><head><title>Notes</title><link rel="stylesheet" href="/hostile.css"></head>
<body><main><h1>Notes</h1><form method="post" action="/save?from=page"><textarea name="note" aria-label="Note"></textarea>
<input name="tag" aria-label="Tag"><input name="api_secret" type="password" aria-label="Secret"><button>Save</button></form></main></body></html>`
const HOSTILE = 'div, dialog, html > * { display: none } body { display: block } input { width: 1px }'

/** An app with the badge, Ann (who owns it) and Bob, that saves what it is sent. */
export interface BadgeApp {
  one: AuthApp
  server: Server
  url: string
  /** the requests that the app served, and for which user */
  done: { user: unknown; path: string; body: string }[]
  endLogins(): Promise<unknown>
  /** a page of the app, with Ann logged in */
  working(browser: Browser, options?: BrowserContextOptions): Promise<Page>
  dispose(): Promise<void>
}

export async function badgeApp(
  auth: object = { badge: true },
  more: Partial<ConfigInput> = {},
  env: Record<string, string> = {},
): Promise<BadgeApp> {
  const done: BadgeApp['done'] = []
  const app = express.Router()
  app.use((req, res, next) =>
    requireUser(one.kit)(req, res, (problem) =>
      problem ? sendProblem(req, res, problem as Problem) : next(),
    ),
  )
  app.get('/page', (_req, res) => void res.set('Content-Security-Policy', POLICY).send(PAGE))
  // With the client's one tag.
  app.get('/client', (_req, res) => {
    const page = PAGE.replace('</head>', '<script src="/api/auth/client.js"></script></head>')
    res.set('Content-Security-Policy', POLICY).send(page)
  })
  app.get('/hostile.css', (_req, res) => void res.type('css').send(HOSTILE))
  app.get('/rows', (_req, res) => void res.json({ rows: 3 }))
  app.all('/save', express.text({ type: () => true, limit: '1mb' }), (req, res) => {
    done.push({ user: one.kit.userOf(req)?.id, path: req.originalUrl, body: String(req.body) })
    res.status(201).json({ saved: done.length })
  })
  const one: AuthApp = await authApp({
    dial: 6,
    env,
    config: { name: 'Notes', auth, ...more } as never,
    behind: app,
  })
  await request(one.app)
    .post('/api/auth/register')
    .send({ ...ANN, claim_code: CODE })
    .expect(202)
  await createUser(one.db, one.kit.config, BOB)
  const cheap = { password_hash: `cheap ${BOB.password}` }
  await one.db('usertwo.credentials').where({ user_id: '2' }).update(cheap)
  const server = createServer(one.app)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://localhost:${(server.address() as AddressInfo).port}`
  return {
    one,
    server,
    url,
    done,
    endLogins: () => one.db('usertwo.user_sessions').update({ revoked_at: new Date() }),
    async working(browser, options = {}) {
      const page = await (await browser.newContext({ baseURL: url, ...options })).newPage()
      page.setDefaultTimeout(10_000)
      await page.goto('/auth/login?next=%2Fpage')
      await page.getByLabel('E-mail or user name').fill(ANN.email)
      await page.getByLabel('Password', { exact: true }).fill(ANN.password)
      await page.getByRole('button', { name: 'Log in' }).click()
      await page.waitForURL(`${url}/page`)
      if (options.javaScriptEnabled !== false) await page.locator('#usertwo-badge summary').waitFor()
      return page
    },
    async dispose() {
      server.closeAllConnections()
      server.close()
      await one.dispose()
    },
  }
}
