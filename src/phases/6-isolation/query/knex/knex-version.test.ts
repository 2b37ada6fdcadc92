import knex from 'knex'
import { afterEach, expect, test, vi } from 'vitest'
import { refuseOldKnex } from './knex-version.js'

const made = vi.hoisted(() => ({ version: '' }))
vi.mock('../../start/loaded.js', async (real) => {
  const loaded = await real<typeof import('../../start/loaded.js')>()
  return {
    ...loaded,
    loadedModule: (...given: Parameters<typeof loaded.loadedModule>) => {
      const found = loaded.loadedModule(...given)
      return found && { ...found, version: made.version || found.version }
    },
  }
})
afterEach(() => {
  made.version = ''
})

const client = () => knex({ client: 'pg' }).client

test.each(['0.19.5', '0.16.0', '0.9.1'])(
  'refuses knex %s, naming it and what is known to work',
  (version) => {
    made.version = version
    expect(() => refuseOldKnex(client())).toThrow(
      `knex ${version} cannot be scoped; known to work: knex 0.20`,
    )
  },
)

test.each(['0.20.0', '0.95.15', '1.0.0', '3.3.0'])('takes knex %s', (version) => {
  made.version = version
  expect(() => refuseOldKnex(client())).not.toThrow()
})

test('knows the version of a client whose class the app derived from knex’s own', () => {
  made.version = '0.19.5'
  const Own = class extends knex.Client {}
  expect(() => refuseOldKnex(new Own({ client: 'pg' }))).toThrow('knex 0.19.5')
})

test('takes a client of no knex that is loaded: its parts are looked at when it is scoped', () => {
  expect(() => refuseOldKnex(new (class {})())).not.toThrow()
})
