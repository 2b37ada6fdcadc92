import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readSources } from '../../../reading/syntax/sources.js'
import { parseConfig } from '../../../src/config/config.js'
import { findApp } from './express-app.js'

async function listenIn(config: string, start: string) {
  const folder = mkdtempSync(join(tmpdir(), 'usertwo-app-'))
  try {
    writeFileSync(join(folder, 'config.js'), config)
    writeFileSync(join(folder, 'server.js'), start)
    const parsed = parseConfig({
      app: { start: ['node', 'server.js'] },
      owner: { id: 1 },
      users: { table: 'users' },
    })
    const { byEnvironment, port, host } = findApp((await readSources(folder, parsed)).server)!.listen!
    return { byEnvironment, port, host }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const ESM = `import express from 'express'\nimport { config } from './config.js'\nexpress().listen(config.port)`
const HOLDS = `const env = process.env\nexport const config = { most: 10, port: Number(env.PORT ?? 3100) }`

test.each([
  ['of an object', HOLDS, ESM],
  [
    'under a name of its own',
    `const env = process.env\nexport const port = env.PORT || 3100`,
    `import express from 'express'\nimport { port as at } from './config.js'\nexpress().listen(at)`,
  ],
  [
    'required',
    `module.exports = { most: 10, port: process.env.PORT || 3100 }`,
    `const config = require('./config.js')\nrequire('express')().listen(config.port)`,
  ],
  [
    'by default',
    `export default { most: 10, port: process.env.PORT || 3100 }`,
    `import express from 'express'\nimport config from './config.js'\nexpress().listen(config.port)`,
  ],
])('a port that another file of the app reads is the environment’s: %s', async (_, config, start) => {
  expect(await listenIn(config, start)).toEqual({ byEnvironment: true, port: 3100, host: null })
})

test('a port that another file writes down is the app’s own', async () => {
  const config = `export const config = { host: process.env.PORT, port: 3100 }`
  expect(await listenIn(config, ESM)).toEqual({ byEnvironment: false, port: 3100, host: null })
})

test.each([
  [`'127.0.0.1'`, `'127.0.0.1'`],
  ['process.env.HOST', null],
  [`process.env.BIND || 'localhost'`, `process.env.BIND ?? 'localhost'`],
  ['config.host', `process.env.NOTES_HOST ?? '::1'`],
  ['config.far', `process.env.NOTES_FAR ?? 'localhost'`],
  [`() => console.log('up')`, null],
  ['config.up', null],
  [`said('up')`, null],
])('an app that listens on %s alone is not opened to all addresses', async (given, host) => {
  const config = `const env = process.env\nexport const config = { host: env.NOTES_HOST ?? '::1', far: getEnv('NOTES_FAR', 'localhost'), up: () => console.log('up') }`
  const start = ESM.replace('config.port', `process.env.PORT, ${given}`)
  expect((await listenIn(config, start)).host).toBe(host)
})

test('of two servers the app’s is the one whose port the environment says', async () => {
  const metrics = `require('node:http').createServer((_req, res) => res.end('1')).listen(9100)`
  const start = `const app = require('express')()\n${metrics}\napp.listen(process.env.PORT || 3000)`
  expect(await listenIn('', start)).toEqual({ byEnvironment: true, port: 3000, host: null })
})
