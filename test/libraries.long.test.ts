// Whole apps by libraries over pg, each from its bare folder: what scan and init say, two users at once, gates, leaks.
import { createRequire } from 'node:module'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { actAs } from '../src/core/context.js'
import { scope } from '../src/scope.js'
import {
  adopted,
  gatedWithLeaks,
  installLibraries,
  LIBRARY_APPS,
  layLibrary,
  layOtherDrivers,
  libraryFacts,
} from './matrix/libraries.mjs'
import { build } from './support/built.js'
import { skipWithoutRedis } from './support/redis.js'
import { startUnedited } from './support/unedited.js'
import { type NotesDatabase, notesDatabase } from './support/wrapped-app.js'

beforeAll(async () => {
  await build()
  installLibraries()
}, 600_000)

/** Without a redis-server the app with a queue is left out, with a message. */
const APPS = LIBRARY_APPS.filter((name) => name !== 'queue' || !skipWithoutRedis('an app with a queue'))

describe.each(APPS)('an app by %s', (name) => {
  const laid: { folder: string; remove(): void }[] = []
  const lay = async () => {
    const app = await layLibrary(name)
    laid.push(app)
    return app.folder
  }
  afterAll(() => {
    for (const { remove } of laid) remove()
  })

  test('with the two edits answers two users at once their own rows, is GO of all phases, and its leaks are named', async () => {
    const [folder, facts] = [await lay(), await libraryFacts(name)]
    const { wrong, attack } = await adopted(folder, facts)
    expect(wrong).toEqual([])
    expect(attack).toMatchObject({ requests: 400, foreign: 0, ownMissing: 0, other: 0 })
    expect(await gatedWithLeaks(folder, facts)).toEqual([])
  }, 2_400_000)

  test('under `usertwo run` answers two users at once their own rows, or is refused before anything is written', async () => {
    const { wrong, attack } = await adopted(await lay(), await libraryFacts(name), '--run')
    expect(wrong).toEqual([])
    if (attack !== null) expect(attack).toMatchObject({ requests: 400, foreign: 0, ownMissing: 0, other: 0 })
  }, 600_000)
})

const loaded = createRequire(new URL('matrix/libraries/package.json', import.meta.url))

describe('scope(kysely)', () => {
  const load = () => loaded('kysely')

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

describe('scope(orm)', () => {
  const Note = () =>
    new (loaded('@mikro-orm/postgresql').EntitySchema)({
      name: 'Note',
      properties: { id: { type: 'number', primary: true } },
    })
  const start = (options: object) =>
    loaded('@mikro-orm/postgresql').MikroORM.initSync({
      clientUrl: 'postgres://app@127.0.0.1:1/none',
      entities: [Note()],
      ...options,
    })

  test('refuses one entity manager for all requests, and says how to give each its own', () => {
    expect(() => scope(start({ allowGlobalContext: true }))).toThrow(
      expect.objectContaining({
        code: 'mixed_users',
        message: expect.stringMatching(/allowGlobalContext .* RequestContext\.create\(orm\.em, next\)/),
      }),
    )
  })

  test('keeps cached results for each user', async () => {
    const orm = scope(start({}))
    const cache = orm.config.getResultCacheAdapter()
    const as = <T>(id: number, work: () => T) => actAs({ kind: 'user', id, person: null }, work)
    await as(1, () => cache.set('notes', ['of user 1'], '', 60_000))
    expect(await as(2, () => cache.get('notes'))).toBeUndefined()
    expect(await cache.get('notes')).toBeUndefined()
    expect(await as(1, () => cache.get('notes'))).toEqual(['of user 1'])
  })
})

test('scope(Model) of Objection takes the knex that the model is bound to, and refuses a model without one', () => {
  const { Model } = loaded('objection')
  class Note extends Model {
    static tableName = 'notes'
  }
  const Bound = Note.bindKnex(loaded('knex')({ client: 'pg', connection: {} }))
  expect(scope(Bound)).toBe(Bound)
  expect(() => scope(Note)).toThrow(/scope\(Model\): this model of Objection has no knex yet/)
})

describe.each(['drizzle', 'kysely'])('%s over postgres.js', (name) => {
  let database: NotesDatabase
  let app: { folder: string; remove(): void }
  beforeAll(async () => {
    database = await notesDatabase(2, {}, 8)
    app = layOtherDrivers()
  })
  afterAll(async () => {
    app?.remove()
    await database?.end()
  })
  const start = (env: object, bare: boolean) =>
    startUnedited(
      ['node', 'app.mjs'],
      { DATABASE_URL: database.url, OVER: name, ...env },
      { bare, cwd: app.folder },
    )

  test.each([
    ['with the two edits', { EDITS: '1' }, true],
    ['under run', {}, false],
  ])('ends the start %s, by its name and by what loads it', async (_how, env, bare) => {
    const running = start(env, bare)
    expect(await running.ended).toBe(1)
    expect(running.said()).toMatch(
      /postgres 3\.\d+\.\d+ \(.*\), loaded by .*(?:drizzle-orm 0\.|kysely\.mjs:3).* speaks to PostgreSQL without pg.*Use pg, or a library over it/,
    )
  })
})
