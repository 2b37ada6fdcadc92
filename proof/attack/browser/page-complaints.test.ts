import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parseConfig } from '../../../src/config/config.js'
import { launchBrowser } from '../../gate/app/browser.js'
import type { Gate, Target } from '../../gate/gate.js'
import type { Exchange } from '../../gate/traffic/exchange.js'
import { failedByLayers, openPages } from './page-complaints.js'

const POLICY = "default-src 'self'; script-src-attr 'none'"
const PAGES: Record<string, string> = {
  '/plain': '<h1>plain</h1><script src="/own.js"></script>',
  '/inline': '<h1>one</h1>\n<script>document.title = "it ran"</script>',
  '/handler': '<button onclick="go()">go</button><link rel="stylesheet" href="https://cdn.test/a.css">',
  '/fails': '<script src="/fails.js"></script>',
  '/asks': '<script src="/asks.js"></script>',
}
const FILES: Record<string, string> = {
  '/own.js': '1',
  '/fails.js': 'missing.call()',
  '/asks.js': "fetch('/data')",
}
const config = parseConfig({
  app: { start: ['node', 'a.js'] },
  owner: { id: 1 },
  users: { table: 'users' },
  spa: { index: '/plain' },
})
const traffic: Exchange[] = Object.keys({ ...PAGES, '/gone': '' }).map((path) => ({
  method: 'GET',
  path,
  route: `GET ${path}`,
  request: { contentType: null, body: null },
  response: { status: 200, contentType: 'text/html', body: '<p>recorded</p>' },
}))
const servers = { bare: serve(null), reported: serve('-Report-Only'), enforced: serve('') }
let browser: Awaited<ReturnType<typeof launchBrowser>>

/**
 * Serves the pages under a policy, or none. Under an enforced policy every request for the data is refused
 * too.
 */
function serve(policy: string | null) {
  return createServer((req, res) => {
    const { url = '' } = req
    if (policy !== null) res.setHeader(`Content-Security-Policy${policy}`, POLICY)
    if (PAGES[url]) return res.writeHead(200, { 'content-type': 'text/html' }).end(PAGES[url])
    if (FILES[url]) return res.writeHead(200, { 'content-type': 'text/javascript' }).end(FILES[url])
    return res.writeHead(url === '/data' ? (policy === '' ? 401 : 200) : 404).end()
  }).listen(0, '127.0.0.1')
}

const target = (name: keyof typeof servers) =>
  ({ url: `http://127.0.0.1:${(servers[name].address() as AddressInfo).port}` }) as Target

beforeAll(async () => {
  browser = await launchBrowser()
})
afterAll(async () => {
  await browser.close()
  for (const server of Object.values(servers)) server.close()
})

const gateOf = (paths: string[]) =>
  ({
    config,
    traffic: async () => traffic.filter(({ path }) => paths.includes(path) || path === '/gone'),
    app: async () => target('bare'),
    browser: async () => browser,
  }) as unknown as Gate

async function opened(name: keyof typeof servers, paths = Object.keys(PAGES)) {
  const gate = gateOf(paths)
  const context = await browser.newContext({ baseURL: target(name).url })
  return openPages(gate, target(name), context)
}

test('reports what the policy refuses and new errors, but not an error that the page had before', async () => {
  const { exercised, problems } = await opened('enforced')
  expect(exercised).toBe(5)
  // A page's own findings come in the order in which the browser reports them.
  expect(problems.map(({ what }) => what).sort()).toEqual([
    expect.stringMatching(/^the page \/asks: the console says: Failed to load .*401.* \/data$/),
    'the page /handler: its policy (script-src-attr) refuses a handler within the page',
    'the page /handler: its policy (style-src-elem) refuses https://cdn.test/a.css',
    'the page /inline: its policy (script-src-elem) refuses the script within the page, line 2',
  ])
}, 180_000)

test('what a policy only reports is a note, not a problem', async () => {
  const { problems, notes } = await opened('reported', ['/inline'])
  expect(problems).toEqual([])
  expect(notes[0]).toBe(
    'GET /inline: from phase 7 on its policy (script-src-elem) refuses the script within the page, line 2',
  )
  expect(notes).toHaveLength(1)
}, 180_000)

test('reports a script that fails only with the layers, with its page', async () => {
  const failed = [
    { path: '/fails', message: 'missing is not defined' },
    { path: '/plain', message: 'missing is not defined' },
    { path: '/fails', message: 'Failed to fetch' },
  ]
  const found = await failedByLayers(gateOf([]), target('enforced'), failed)
  expect(found.map(({ route, got }) => [route, got])).toEqual([
    ['/plain', 'missing is not defined'],
    ['/fails', 'Failed to fetch'],
  ])
  expect(await failedByLayers(gateOf([]), target('enforced'), [])).toEqual([])
}, 60_000)
