// A job that names no user is refused by every library over pg, with its place, as it is by pg itself.
import { createRequire } from 'node:module'
import express from 'express'
import knex from 'knex'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { asSystem, asUser, scope } from '../../src/index.js'
import { installLibraries } from '../matrix/libraries.mjs'
import { type WrappedApp, wrappedApp } from '../support/wrapped-app.js'

const loaded = createRequire(new URL('../matrix/libraries/package.json', import.meta.url))

/** What a job does by a library: it reads the texts of all notes, adds one, and deletes all. */
interface Job {
  read(): PromiseLike<unknown[]>
  write(): PromiseLike<unknown>
  remove(): PromiseLike<unknown>
  end(): PromiseLike<unknown>
}

const poolAt = (url: string) => new pg.Pool({ connectionString: url, max: 2 })

const LIBRARIES: Record<string, (url: string) => Job | Promise<Job>> = {
  kysely: (url) => {
    const { Kysely, PostgresDialect } = loaded('kysely')
    const db = scope(new Kysely({ dialect: new PostgresDialect({ pool: poolAt(url) }) }))
    return {
      read: () => db.selectFrom('notes').select('text').execute(),
      write: () => db.insertInto('notes').values({ text: 'x' }).execute(),
      remove: () => db.transaction().execute((inner: typeof db) => inner.deleteFrom('notes').execute()),
      end: () => db.destroy(),
    }
  },
  drizzle: (url) => {
    const { drizzle } = loaded('drizzle-orm/node-postgres')
    const { pgTable, serial, text } = loaded('drizzle-orm/pg-core')
    const notes = pgTable('notes', { id: serial('id').primaryKey(), text: text('text') })
    const pool = scope(poolAt(url))
    const db = drizzle(pool)
    return {
      read: () => db.select({ text: notes.text }).from(notes),
      write: () => db.insert(notes).values({ text: 'x' }).onConflictDoNothing(),
      remove: () => db.transaction((inner: typeof db) => inner.delete(notes)),
      end: () => pool.end(),
    }
  },
  objection: (url) => {
    const { Model } = loaded('objection')
    const db = scope(knex({ client: 'pg', connection: url, pool: { min: 0, max: 2 } }))
    class Note extends Model {
      static tableName = 'notes'
    }
    const notes = Note.bindKnex(db)
    return {
      read: () => notes.query().select('text'),
      write: () => notes.query().insert({ text: 'x' }),
      remove: () => notes.query().delete(),
      end: () => db.destroy(),
    }
  },
  slonik: async (url) => {
    const { createPool, sql } = loaded('slonik')
    const pool = scope(await asSystem('types', () => createPool(url, { maximumPoolSize: 2 })))
    return {
      read: () => pool.any(sql.unsafe`select text from notes`),
      write: () => pool.query(sql.unsafe`insert into notes (text) values ('x')`),
      remove: () => pool.transaction((inner: typeof pool) => inner.query(sql.unsafe`delete from notes`)),
      end: () => pool.end(),
    }
  },
  'mikro-orm': (url) => {
    const { EntitySchema, MikroORM } = loaded('@mikro-orm/postgresql')
    const properties = { id: { type: 'number', primary: true }, text: { type: 'string' } }
    const Note = new EntitySchema({ name: 'Note', tableName: 'notes', properties })
    const orm = scope(MikroORM.initSync({ clientUrl: url, entities: [Note], pool: { min: 0, max: 2 } }))
    const em = () => orm.em.fork()
    return {
      read: () => em().find('Note', {}),
      write: () => em().insert('Note', { text: 'x' }),
      remove: () => em().nativeDelete('Note', {}),
      end: () => orm.close(),
    }
  },
}

let app: WrappedApp
beforeAll(async () => {
  installLibraries()
  app = await wrappedApp(() => express())
  await app.stored(`insert into notes (text, user_id) values ('kept', 1), ('kept', 2), ('kept', 2)`)
}, 600_000)
afterAll(() => app?.dispose())

/** The refusal itself: some libraries wrap it. */
function refusalIn(error: unknown): unknown {
  for (let one = error; one instanceof Error; one = one.cause) if ('code' in one && one.code) return one
  return error
}

test.each(Object.keys(LIBRARIES))('by %s', async (name) => {
  const job = await LIBRARIES[name]!(app.urls.url)
  try {
    expect(await asUser(2, async () => [...(await job.read())].length)).toBe(2)
    for (const what of ['read', 'write', 'remove'] as const) {
      const error = await job[what]().then(
        (answer) => answer,
        (failed: unknown) => refusalIn(failed),
      )
      expect(error, what).toMatchObject({ code: 'no_current_user' })
      expect((error as Error).message, what).toMatch(
        /\(test\/isolation\/jobs-by-library\.long\.test\.ts:\d+\)/,
      )
    }
    expect(await app.stored('select text from notes order by id')).toEqual(Array(3).fill({ text: 'kept' }))
  } finally {
    await job.end()
  }
})
