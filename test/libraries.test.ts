// Whole apps by libraries over pg, each from its bare folder: what scan and init say, two users at once, gates, leaks.
import { createRequire } from 'node:module'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { scope } from '../src/scope.js'
import {
  adopted,
  gatedWithLeaks,
  installLibraries,
  LIBRARY_APPS,
  layLibrary,
  libraryFacts,
} from './matrix/libraries.mjs'
import { build } from './support/built.js'

beforeAll(async () => {
  await build()
  installLibraries()
}, 600_000)

describe.each(LIBRARY_APPS)('an app by %s', (name) => {
  const laid: { folder: string; remove(): void }[] = []
  const lay = () => {
    const app = layLibrary(name)
    laid.push(app)
    return app.folder
  }
  afterAll(() => {
    for (const { remove } of laid) remove()
  })

  test('with the two edits answers two users at once their own rows, is GO of all phases, and its leaks are named', async () => {
    const [folder, facts] = [lay(), await libraryFacts(name)]
    const { wrong, attack } = await adopted(folder, facts)
    expect(wrong).toEqual([])
    expect(attack).toMatchObject({ requests: 400, foreign: 0, ownMissing: 0, other: 0 })
    expect(await gatedWithLeaks(folder, facts)).toEqual([])
  }, 2_400_000)

  test('under `usertwo run` answers two users at once their own rows', async () => {
    const { wrong, attack } = await adopted(lay(), await libraryFacts(name), '--run')
    expect(wrong).toEqual([])
    expect(attack).toMatchObject({ requests: 400, foreign: 0, ownMissing: 0, other: 0 })
  }, 600_000)
})

describe('scope(kysely)', () => {
  const load = () => createRequire(new URL('matrix/libraries/package.json', import.meta.url))('kysely')

  test('finds the Pool of its dialect, also of a handle with plugins, and leaves Object.freeze as it was', () => {
    const { Kysely, PostgresDialect, CamelCasePlugin } = load()
    const { freeze } = Object
    const db = new Kysely({ dialect: new PostgresDialect({ pool: new pg.Pool() }) })
    expect(scope(db)).toBe(db)
    expect(scope(db.withPlugin(new CamelCasePlugin()))).toBeTruthy()
    expect(Object.freeze).toBe(freeze)
  })

  test('refuses a Pool that a function makes later, and a dialect without one', () => {
    const { Kysely, PostgresDialect, SqliteDialect } = load()
    const late = new Kysely({ dialect: new PostgresDialect({ pool: async () => new pg.Pool() }) })
    expect(() => scope(late)).toThrow(/a function makes its Pool .* Make the Pool first/)
    const other = new Kysely({ dialect: new SqliteDialect({ database: {} }) })
    expect(() => scope(other)).toThrow(/SqliteDialect was given no Pool of pg\. Only PostgresDialect/)
    const odd = new Kysely({ dialect: new PostgresDialect({ pool: { connect() {} } }) })
    expect(() => scope(odd)).toThrow(/must be a knex instance of PostgreSQL, a Pool of pg/)
  })
})
