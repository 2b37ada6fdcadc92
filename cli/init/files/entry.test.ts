import { expect, test } from 'vitest'
import type { Reading } from '../reading/reading.js'
import { entryText } from './entry.js'

/** An app in modules that exports itself, and makes its knex inside a function. */
const reading = (esm: boolean) =>
  ({
    app: { file: 'app.js', exported: { kind: 'named', name: 'app' }, factory: false, listen: null },
    handle: { kind: 'knex', file: 'db.js', name: null, exported: null, single: false },
    start: { command: ['node', 'server.js'], file: 'server.js', at: '' },
    migrations: { kind: 'knex' },
    caught: false,
    dotenv: false,
    esm,
    configFile: esm ? 'usertwo.config.js' : 'usertwo.config.cjs',
  }) as unknown as Reading

test.each([true, false])('each knex is scoped before the app is loaded: ES modules %s', (esm) => {
  const text = entryText(reading(esm))
  const scoped = text.search(/scope\(knex\(\.\.\.given\)\)|knex\.Client\.prototype\.on = /)
  const loaded = text.search(/await import\('\.\/app\.js'\)|require\('\.\/app'\)/)
  expect(scoped).toBeGreaterThan(0)
  expect(loaded).toBeGreaterThan(scoped)
})

test.each([
  [true, "process.argv[1] = createRequire(import.meta.url).resolve('./server.js')"],
  [false, "process.argv[1] = require.resolve('./server')"],
])('a start that listens only as the main file is run as that: ES modules %s', (esm, line) => {
  const listen = { file: 'server.js', at: 'server.js:9', guarded: true, port: 3000, host: null }
  const own = reading(esm)
  const text = entryText({ ...own, caught: true, app: { ...own.app, file: 'server.js', listen } } as Reading)
  expect(text).toContain(line)
  if (!esm) expect(text).toContain('._load(process.argv[1], null, true)')
})
