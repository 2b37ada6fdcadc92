import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { loadConfiguration } from '../../../proof/gate/project.js'
import { defaultOf } from '../../../src/run/config-file.js'
import { type ConfigParts, configOf } from './config-text.js'
import { configurationOf, firstConfiguration } from './first-configuration.js'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'usertwo-first-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

let files = 0
async function first(text: string, ending = 'mjs') {
  const file = `usertwo.config${++files}.${ending}`
  writeFileSync(join(folder, file), text)
  return firstConfiguration(folder, file)
}
const PARTS: ConfigParts = {
  app: {
    start: ['node', 'server.hardened.js'],
    drive: ['node', 'drive.mjs'],
    env: { DB_URL: '$DATABASE_URL', KEY: 'made-up' },
    health: '/health',
  },
  ownerId: 1,
  users: { table: 'users', id: 'id', password: null, making: null, why: 'made in phase 3' },
  tables: [{ name: 'notes', owner: 'user_id', why: 'added' }],
  routes: { public: ['GET /health'], debug: [], ops: [] },
  spa: false,
  auth: null,
  userText: '',
  demo: null,
  startup: false,
  prefix: null,
}

describe('completes what a user began, and changes no character of it', () => {
  const BEGUN = [
    "export default { app: { env: { DB_URL: 'postgres://mine' } } }\n",
    "export default {\n  app: {\n    env: { DB_URL: process.env.MINE ?? 'postgres://mine' }, // ours\n  },\n}\n",
    "// Ours.\nconst env = { DB_URL: 'postgres://mine', KEY: 'mine' }\nexport default { app: { env } }\n",
    "const config = {\n  app: {\n    'env': {\n      DB_URL: 'postgres://mine' // no comma\n    }\n  }\n}\nexport default config\n",
    "export default {\n  app: { env: { DB_URL: 'postgres://mine' }, health: '/ping' },\n}\n",
  ]

  it.each(BEGUN)('%s', async (text) => {
    const found = (await first(text))!
    const parts = {
      ...PARTS,
      app: { ...PARTS.app, ...found.app, env: { ...PARTS.app.env, ...found.app.env } },
    }
    const completed = configurationOf(parts, { first: found, esm: true })
    let at = 0
    for (const character of text) {
      at = completed.indexOf(character, at) + 1
      expect(at, `${JSON.stringify(character)} of the user’s text`).toBeGreaterThan(0)
    }
    writeFileSync(join(folder, 'completed.mjs'), completed)
    const made = (await loadConfiguration(`${join(folder, 'completed.mjs')}?${++files}`)) as {
      default?: unknown
    }
    expect(defaultOf(made)).toMatchObject(
      configOf({ ...parts, routes: { public: ['GET /health'] } as never }),
    )
  })
})

it('completes CommonJS, with defineConfig or without, and an empty configuration', async () => {
  const text = 'module.exports = {}\n'
  const found = (await first(text, 'cjs'))!
  expect(found.esm).toBe(false)
  expect(configurationOf(PARTS, { first: found, esm: false })).toMatch(
    /^module\.exports = \{\n {2}app: \{\n {4}start: \['node', 'server\.hardened\.js'\],[\s\S]*\n {2}spa: false,.*\n\}\n$/,
  )
})

it('is null where there is more than app, or no object is written out', async () => {
  expect(await first("export default { app: { env: {} }, users: { table: 'users' } }\n")).toBeNull()
  expect(await first("export default Object.fromEntries([['app', {}]])\n")).toBeNull()
})
