// Results that Drizzle caches, by the text of their query or by a tag, are found by the user they were read for.
import { createRequire } from 'node:module'
import express from 'express'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { asUser, scope } from '../../src/index.js'
import { installLibraries } from '../matrix/libraries.mjs'
import { type WrappedApp, wrappedApp } from '../support/wrapped-app.js'

const load = createRequire(new URL('../matrix/libraries/package.json', import.meta.url))
let app: WrappedApp
let pool: pg.Pool

beforeAll(async () => {
  installLibraries()
  app = await wrappedApp(() => express())
  await app.stored("insert into notes (text, user_id) values ('of 1', 1), ('of 2', 2)")
  pool = new pg.Pool({ connectionString: app.urls.url, max: 2 })
}, 600_000)
afterAll(async () => {
  await pool?.end()
  await app?.dispose()
})

/** Keeps everything until a tag or a table is named, as those of Drizzle over Redis do. */
function memoryCache() {
  const { Cache } = load('drizzle-orm/cache/core')
  const { getTableName, is, Table } = load('drizzle-orm')
  const kept = new Map<string, { rows: unknown; tables: string[] }>()
  class Memory extends Cache {
    strategy() {
      return 'all'
    }
    async get(key: string) {
      return kept.get(key)?.rows
    }
    async put(key: string, rows: unknown, tables: string[]) {
      kept.set(key, { rows: JSON.parse(JSON.stringify(rows)), tables })
    }
    async onMutate({ tags = [], tables = [] }: { tags?: string | string[]; tables?: unknown }) {
      for (const tag of [tags].flat()) kept.delete(tag)
      const names = [tables].flat().map((table) => (is(table, Table) ? getTableName(table) : table))
      for (const [key, one] of kept) if (one.tables.some((table) => names.includes(table))) kept.delete(key)
    }
  }
  return { cache: new Memory(), kept }
}

test('in 200 requests of two users at once, by text and by tag, and a tag empties the own results', async () => {
  const { drizzle } = load('drizzle-orm/node-postgres')
  const { pgTable, serial, text } = load('drizzle-orm/pg-core')
  const notes = pgTable('notes', { id: serial('id').primaryKey(), text: text('text').notNull() })
  const { cache, kept } = memoryCache()
  const db = scope(drizzle(pool, { cache }))
  const all = () => db.select({ text: notes.text }).from(notes)
  await Promise.all(
    Array.from({ length: 200 }, (_, n) =>
      asUser(1 + (n % 2), async () => {
        const expected = [{ text: `of ${1 + (n % 2)}` }]
        expect(await all()).toEqual(expected)
        expect(await all().$withCache({ tag: 'notes' })).toEqual(expected)
      }),
    ),
  )
  expect(kept.size).toBe(4)
  await asUser(1, () => db.$cache.invalidate({ tags: 'notes' }))
  expect(kept.size).toBe(3)
  await asUser(2, async () => await db.update(notes).set({ text: 'new of 2' }))
  expect(await asUser(2, async () => await all())).toEqual([{ text: 'new of 2' }])
  expect(await asUser(1, async () => await all())).toEqual([{ text: 'of 1' }])
})
