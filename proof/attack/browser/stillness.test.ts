import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { launchBrowser } from '../../gate/app/browser.js'
import { stillness } from './stillness.js'

const LATE = 1_200
const PAGES: Record<string, string> = {
  '/late': `<script>fetch('/data').then((answer) => answer.json()).then(({ rows }) => rows.map(String))</script>`,
  '/endless': `<script>fetch('/never')</script>`,
}
// Answers `/data` long after the page has loaded, and never answers `/never`.
const server = createServer((req, res) => {
  const { url = '' } = req
  if (PAGES[url]) res.writeHead(200, { 'content-type': 'text/html' }).end(PAGES[url])
  else if (url === '/data') setTimeout(() => res.end('{}'), LATE)
  else if (url !== '/never') res.writeHead(404).end()
}).listen(0, '127.0.0.1')
let browser: Awaited<ReturnType<typeof launchBrowser>>

beforeAll(async () => {
  browser = await launchBrowser()
})
afterAll(async () => {
  await browser.close()
  server.closeAllConnections()
  server.close()
})

async function visited(path: string, longest?: number) {
  const page = await browser.newPage()
  const errors: string[] = []
  page.on('pageerror', ({ message }) => errors.push(message))
  const quiet = stillness(page, longest)
  await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`)
  const started = performance.now()
  await quiet()
  const ms = performance.now() - started
  await page.close()
  return { errors, ms }
}

test('waits for a script that fails by an answer after the load event', async () => {
  const { errors } = await visited('/late')
  expect(errors).toEqual([expect.stringMatching(/undefined.*'map'/)])
}, 60_000)

test('waits for a request that never ends only for the given time', async () => {
  const { ms } = await visited('/endless', 1_000)
  expect(ms).toBeGreaterThanOrEqual(1_000)
  expect(ms).toBeLessThan(20_000)
}, 60_000)
