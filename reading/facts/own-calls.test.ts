import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { parseConfig } from '../../src/config/config.js'
import { readSources } from '../syntax/sources.js'
import { ownCalls } from './own-calls.js'

async function callsIn(text: string) {
  const folder = mkdtempSync(join(tmpdir(), 'usertwo-own-calls-'))
  try {
    writeFileSync(join(folder, 'app.js'), text)
    const config = parseConfig({
      app: { start: ['node', 'app.js'] },
      owner: { id: 1 },
      users: { table: 'users' },
    })
    return ownCalls((await readSources(folder, config)).server)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const LISTENS = 'const PORT = process.env.PORT || 3000\napp.listen(PORT)\n'

test.each([
  ['a template with the port', `fetch(\`http://localhost:\${PORT}/api/notes\`)`, '/api'],
  ['a written port', "fetch('http://127.0.0.1:3000/notes/' + id)", '/notes'],
  [
    'a constant, by axios',
    `const axios = require('axios')\nconst API = \`http://localhost:\${PORT}/api\`\naxios.get(\`\${API}/notes/\${id}\`)`,
    '/api',
  ],
  [
    'an instance of axios',
    "const axios = require('axios')\naxios.create({ baseURL: 'http://localhost:3000/api/v1' })",
    '/api',
  ],
  [
    'an address that the environment may say',
    "const API = process.env.API_URL ?? 'http://localhost:3000'\nfetch(API + path)",
    null,
  ],
  [
    'a port of another file',
    `const { port } = require('./config')\nfetch(\`http://localhost:\${port}/api/x\`)`,
    '/api',
  ],
  [
    'http.get',
    "const http = require('node:http')\nhttp.get('http://localhost:3000/api/notes', done)",
    '/api',
  ],
])('a call of the app to itself is found: %s', async (_what, text, path) => {
  expect(await callsIn(LISTENS + text)).toMatchObject([{ path }])
})

test('a page of its own that the app opens in a browser is found, and carries no login', async () => {
  const text = `${LISTENS}const puppeteer = require('puppeteer')\npage.goto('http://localhost:3000/invoices/' + id)`
  expect(await callsIn(text)).toMatchObject([
    { path: '/invoices', byBrowser: true, what: 'opens a page of its own in a browser at /invoices' },
  ])
  expect(await callsIn(`${LISTENS}page.goto('http://localhost:3000/invoices')`)).toEqual([])
})

test.each([
  ['another port', "fetch('http://localhost:5000/api/notes')"],
  ['another host', `fetch(\`https://api.example.com/\${PORT}/x\`)`],
  ['origins that are let in', "cors({ origin: 'http://localhost:3000' })"],
  ['a text in the log', `console.log(\`listens at http://localhost:\${PORT}/api\`)`],
  ['a method of something else', "cache.get('http://localhost:3000/api')"],
])('%s is not found', async (_what, text) => {
  expect(await callsIn(LISTENS + text)).toEqual([])
})
