import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, expect, test, vi } from 'vitest'
import { EPOCH } from '../proof/gate/templates.js'
import { readHar, writeHar } from '../proof/gate/traffic/har.js'
import { mostlyFailed, onlyRefused } from '../proof/gate/traffic/refused.js'
import { parseConfig } from '../src/config/config.js'
import { built } from './support/built.js'

const KEY = 'the-key-of-this-app-7261'
const folder = mkdtempSync(join(tmpdir(), 'usertwo-app-headers-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
afterEach(() => vi.unstubAllEnvs())

/** An app with an API key and a token of its own; /closed is never recorded with what it asks for. */
const FILES: Record<string, string> = {
  'server.mjs': `import { createServer } from 'node:http'
createServer((req, res) => {
  const { 'x-api-key': key, authorization } = req.headers
  const known = req.url === '/health' || (key === process.env.API_KEY && authorization === 'Token mine')
  res.setHeader('content-type', 'text/plain')
  res.writeHead(known && req.url !== '/closed' ? 200 : 401).end(known ? 'known' : 'unknown')
}).listen(process.env.PORT, process.env.HOST)
`,
  'drive.mjs': `const own = { 'x-api-key': process.env.API_KEY, authorization: 'Token ' + process.env.TOKEN }
for (const [path, headers] of [['/list', own], ['/list', {}], ['/closed', {}]])
  await fetch(process.env.BASE_URL + path, { headers })
`,
}

test('an app’s own API key and token are recorded as names, and sent again from the configuration', async () => {
  vi.stubEnv('API_KEY', KEY)
  for (const [name, text] of Object.entries(FILES)) writeFileSync(join(folder, name), text)
  const config = parseConfig({
    app: {
      start: ['node', 'server.mjs'],
      drive: ['node', 'drive.mjs'],
      headers: { 'X-Api-Key': '$API_KEY', authorization: 'Token $TOKEN' },
      env: { API_KEY: KEY, TOKEN: 'mine' },
    },
    owner: { id: 1 },
    users: { table: 'users' },
    auth: { header: 'x-usertwo' },
  })
  const { openTemplates } =
    await built<typeof import('../proof/gate/templates.js')>('proof/gate/templates.js')
  const { openSession } = await built<typeof import('../proof/gate/session.js')>('proof/gate/session.js')
  const { replay } = await built<typeof import('../proof/gate/traffic/replay.js')>(
    'proof/gate/traffic/replay.js',
  )
  const { recordBaseline } = await built<typeof import('../proof/gate/traffic/record.js')>(
    'proof/gate/traffic/record.js',
  )
  const project = { name: 'own-key', folder, config, mutants: {} }
  const templates = await openTemplates(project)
  try {
    const file = join(folder, 'baseline.har')
    writeHar(file, await recordBaseline(project, templates), EPOCH)
    expect(readFileSync(file, 'utf8')).not.toMatch(new RegExp(`${KEY}|Token mine`))
    const exchanges = readHar(file)
    expect(exchanges.map(({ response, request }) => [response.status, request.headers])).toEqual([
      [200, ['x-api-key', 'authorization']],
      [401, undefined],
      [401, undefined],
    ])

    const signal = new AbortController().signal
    const session = await openSession({
      project,
      templates,
      phase: 1,
      signal,
      traffic: async () => exchanges,
    })
    try {
      expect((await (await session.app()).ask('GET', '/list')).status).toBe(200)
      expect(await replay(session)).toMatchObject({ exercised: 3, problems: [] })
    } finally {
      await session.close()
    }
  } finally {
    await templates.stop()
  }
}, 120_000)

test('routes that were recorded as 401 or 403 only, or as 500 only, are listed', () => {
  const one = (route: string, status: number) => ({
    method: 'GET',
    path: route,
    route: `GET ${route}`,
    request: { contentType: null, body: null },
    response: { status, contentType: null, body: '' },
  })
  const lines = onlyRefused([one('/list', 200), one('/list', 401), one('/closed', 401), one('/closed', 403)])
  expect(lines.slice(1)).toEqual(['  GET /closed  401, 403'])
  const failed = onlyRefused([one('/list', 500), one('/list', 503), one('/closed', 500), one('/closed', 404)])
  expect(failed.slice(1)).toEqual(['  GET /list  500, 503'])
  expect(onlyRefused([one('/list', 200)])).toEqual([])
})

test('a recording with mostly failed answers names their number and routes, and what to do', () => {
  const one = (route: string, status: number) => ({
    method: 'GET',
    path: route,
    route: `GET ${route}`,
    request: { contentType: null, body: null },
    response: { status, contentType: null, body: '' },
  })
  const half = [one('/list', 200), one('/list', 200), one('/closed', 401), one('/gone', 404)]
  expect(mostlyFailed(half)).toEqual([])
  const [says, ...routes] = mostlyFailed([...half, one('/closed', 401), one('/closed', 500)])
  expect(says).toMatch(/^most of the recording failed: 4 of 6 requests .*app\.headers.*baseline record:$/)
  expect(routes).toEqual(['  GET /closed  2 × 401, 1 × 500', '  GET /gone  1 × 404'])
})

test('a header whose variable is not set is named', async () => {
  const { appHeaders } = await built<typeof import('../proof/gate/app/app-headers.js')>(
    'proof/gate/app/app-headers.js',
  )
  const app = { start: ['node'], headers: { 'x-api-key': '$NO_SUCH_KEY' } }
  const config = parseConfig({ app, owner: { id: 1 }, users: { table: 'users' } })
  expect(() => appHeaders(config)).toThrow('app.headers.x-api-key: the variable $NO_SUCH_KEY is not set')
})
