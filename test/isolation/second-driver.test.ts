import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build as esbuild } from 'esbuild'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { build } from '../support/built.js'
import { type Running, startUnedited } from '../support/unedited.js'
import { type Login, type NotesDatabase, notesDatabase } from '../support/wrapped-app.js'

const APPS = fileURLToPath(new URL('second-driver', import.meta.url))
const OWN = ['bread', 'milk', 'salt']

let database: NotesDatabase
let running: Running | undefined

beforeAll(async () => {
  await build()
  database = await notesDatabase(2, {}, 8)
  await database.stored(`insert into notes (text, user_id) select unnest(array['${OWN.join("','")}']), 1`)
})
afterEach(() => running?.stop())
afterAll(() => database?.end())

function start(app: string, env = {}): Running {
  running = startUnedited(['node', app], { DATABASE_URL: database.url, ...env }, { bare: true, cwd: APPS })
  return running
}

async function served(app: string, env = {}) {
  const port = await start(app, env).port()
  return async (path: string, who?: Login) => {
    const headers = who && { authorization: `Bearer ${who.token}` }
    const answer = await fetch(`http://127.0.0.1:${port}${path}`, { headers })
    return { status: answer.status, text: await answer.text() }
  }
}

describe('U4: a library that no hook reaches, under the two edits', () => {
  test.each([
    ['imported', 'postgres-js.mjs', /postgres-js\.mjs:4\b/],
    ['required', 'postgres-js.cjs', /rows\.cjs/],
  ])('%s: ends the start with its name, version and place', async (_how, app, place) => {
    const { ended, said } = start(app)
    expect(await ended).toBe(1)
    expect(said()).toMatch(/unhooked_library/)
    expect(said()).toMatch(/postgres 3\.\d+\.\d+ \(.*node_modules\/postgres\//)
    expect(said()).toMatch(place)
    expect(said()).not.toMatch(/^port/m)
  })

  test('ends the start under run, which no file was edited for', async () => {
    const env = { DATABASE_URL: database.url, LOADS: 'postgres' }
    running = startUnedited(['node', 'loads-unedited.cjs'], env, { cwd: APPS })
    expect(await running.ended).toBe(1)
    expect(running.said()).toMatch(
      /postgres 3\.\d+\.\d+ \(.*\), loaded by loads-unedited\.cjs, speaks to PostgreSQL without pg/,
    )
  })

  test('is allowed below phase 6', async () => {
    const ask = await served('postgres-js.mjs', { USERTWO_PHASE: '5' })
    expect(await ask('/notes')).toEqual({ status: 200, text: JSON.stringify(OWN) })
  })
})

describe('U4: a driver that is loaded after the start', () => {
  test('postgres.js gets no connection, by name and place, and the process goes on', async () => {
    const ask = await served('later.mjs', { LATER: 'postgres' })
    const [owner] = database.people
    const { code, message } = JSON.parse((await ask('/later', owner)).text)
    expect(code).toBe('unhooked_library')
    expect(message).toMatch(/node_modules\/postgres\/.* speaks to PostgreSQL/)
    expect((await ask('/notes', owner)).text).toBe(JSON.stringify(OWN))
  })

  test('a copy of pg in a bundle gets no connection', async () => {
    const folder = mkdtempSync(join(APPS, 'bundle-'))
    try {
      const LATER = join(folder, 'bundle.cjs')
      const how = { bundle: true, platform: 'node' as const, external: ['pg-native'], outfile: LATER }
      await esbuild({ stdin: { contents: "module.exports = require('pg')", resolveDir: APPS }, ...how })
      const ask = await served('later.mjs', { LATER })
      const { code, message } = JSON.parse((await ask('/later', database.people[0])).text)
      expect([code, message]).toEqual(['unhooked_library', expect.stringContaining('bundle.cjs')])
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})

describe('U4: a second copy of pg that scope() was not given', () => {
  let folder: string
  let LATER: string
  beforeAll(() => {
    folder = mkdtempSync(join(APPS, 'copy-'))
    LATER = join(folder, 'node_modules/pg')
    cpSync(fileURLToPath(new URL('../../node_modules/pg', import.meta.url)), LATER, { recursive: true })
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  test.each(['before', 'after'])(
    'loaded %s the start: each user gets their own rows, however many ask at once, and a query outside a request is refused',
    async (WHEN) => {
      const ask = await served('later.mjs', { LATER, WHEN })
      const [owner, other] = database.people
      const who = Array.from({ length: 60 }, (_, n) => (n % 3 ? owner! : other!))
      const answers = await Promise.all(who.map((one) => ask('/later', one)))
      expect(answers.map(({ text }) => text)).toEqual(
        who.map((one) => JSON.stringify(one === owner ? OWN : [])),
      )
      expect((await ask('/outside')).text).toBe('"no_current_user"')
    },
  )
})

describe('a worker thread', () => {
  test('without the layers gets no connection, by name and place; one that asks no database runs', async () => {
    const ask = await served('threads.mjs')
    const [owner] = database.people
    const { code, message } = JSON.parse((await ask('/notes', owner)).text)
    expect(code).toBe('unhooked_library')
    expect(message).toMatch(/worker thread \(.*thread\.cjs\).*node_modules\/pg\/.*startWorker/)
    expect((await ask('/sum', owner)).text).toBe('2')
  })

  test('with scope() and startWorker() reads the rows of the user it acts for', async () => {
    await database.stored("insert into notes (text, user_id) values ('thread', 2)")
    const ask = await served('threads.mjs', { LAYERS: '1' })
    expect((await ask('/notes', database.people[0])).text).toBe('["thread"]')
    await database.stored('delete from notes where user_id = 2')
  })
})

test('an app that has pg alone starts, and serves each user their own rows', async () => {
  const ask = await served('pg-alone.mjs')
  const [owner, other] = database.people
  expect((await ask('/notes')).status).toBe(401)
  expect((await ask('/notes', owner)).text).toBe(JSON.stringify(OWN))
  expect((await ask('/notes', other)).text).toBe('[]')
})

test.each(['with the two edits', 'under run'])(
  'an app that imports JSON, and requires modules that throw when they are read, starts %s',
  async (how) => {
    const NODE_OPTIONS = '--import ./odd-modules.mjs'
    const env = { DATABASE_URL: database.url, LOADS: './strict.cjs', NODE_OPTIONS }
    running = startUnedited(['node', how === 'under run' ? 'loads-unedited.cjs' : 'loads.cjs'], env, {
      bare: how !== 'under run',
      cwd: APPS,
    })
    const headers = { authorization: `Bearer ${database.people[0]!.token}` }
    const port = await running.port()
    const answer = await fetch(`http://127.0.0.1:${port}/notes`, { headers })
    expect(await answer.json()).toEqual(OWN)
    expect(running.said()).not.toMatch(/was read/)
  },
)
