// Libraries that run one request's work in the context of another, or join the reads of several requests.
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { build } from '../support/built.js'
import { type Running, startUnedited } from '../support/unedited.js'
import { type NotesDatabase, notesDatabase } from '../support/wrapped-app.js'

const APPS = fileURLToPath(new URL('second-driver', import.meta.url))
const MODULES = fileURLToPath(new URL('../../node_modules', import.meta.url))

let database: NotesDatabase
let folder: string
let running: Running | undefined

beforeAll(async () => {
  await build()
  database = await notesDatabase(2, {}, 8)
  await database.stored("insert into notes (text, user_id) values ('bread', 1)")
  folder = mkdtempSync(join(APPS, 'loads-'))
})
afterEach(() => running?.stop())
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true })
  await database?.end()
})

/** A package that requires another and has its own copy of it. */
function packageThatLoads(name: string, version: string, copied: string): string {
  const place = join(folder, `over-${copied}`, 'node_modules', name)
  cpSync(join(MODULES, copied), join(place, 'node_modules/bluebird'), { recursive: true })
  return packageAt(place, { name, version }, "module.exports = require('bluebird')")
}

function packageAt(place: string, manifest: object, source: string): string {
  mkdirSync(place, { recursive: true })
  writeFileSync(join(place, 'package.json'), JSON.stringify(manifest))
  writeFileSync(join(place, 'index.js'), source)
  return place
}

function start(LOADS: string, env = {}): Running {
  running = startUnedited(
    ['node', 'loads.cjs'],
    { DATABASE_URL: database.url, LOADS, ...env },
    {
      bare: true,
      cwd: APPS,
    },
  )
  return running
}

async function ofTheOwner(LOADS: string, env = {}): Promise<string> {
  const port = await start(LOADS, env).port()
  const headers = { authorization: `Bearer ${database.people[0]!.token}` }
  return (await fetch(`http://127.0.0.1:${port}/notes`, { headers })).text()
}

test('U3: Bluebird 3.5 under knex ends the start, by the names and versions of both', async () => {
  const { ended, said } = start(packageThatLoads('knex', '0.19.5', 'bluebird-3.5'))
  expect(await ended).toBe(1)
  expect(said()).toMatch(/unhooked_library/)
  expect(said()).toMatch(/bluebird 3\.5\.1 \(.*\), loaded by knex 0\.19\.5, calls what is due from one tick/)
})

test('Bluebird 3.5 that the app itself loads ends the start, by the file that does', async () => {
  const place = join(folder, 'app/node_modules/bluebird')
  cpSync(join(MODULES, 'bluebird-3.5'), place, { recursive: true })
  const { ended, said } = start(place)
  expect(await ended).toBe(1)
  expect(said()).toMatch(/bluebird 3\.5\.1 \(.*\), loaded by loads\.cjs, /)
})

test('Bluebird 3.5 that a package loads for its own use starts', async () => {
  expect(await ofTheOwner(packageThatLoads('request-promise', '4.2.2', 'bluebird-3.5'))).toBe('["bread"]')
})

test('Bluebird 3.7 under knex starts', async () => {
  expect(await ofTheOwner(packageThatLoads('knex', '0.20.15', 'bluebird'))).toBe('["bread"]')
})

test('Bluebird 3.5 starts below phase 6', async () => {
  const loads = packageThatLoads('knex', '0.19.5', 'bluebird-3.5')
  expect(await ofTheOwner(loads, { USERTWO_PHASE: '5' })).toBe('["bread"]')
})

test.each(['with the two edits', 'under run'])('U3: Prisma ends the start %s', async (how) => {
  const place = join(folder, 'prisma/node_modules/@prisma/client')
  packageAt(place, { name: '@prisma/client', version: '7.0.0' }, 'module.exports = {}')
  const app = how === 'under run' ? 'loads-unedited.cjs' : 'loads.cjs'
  running = startUnedited(
    ['node', app],
    { DATABASE_URL: database.url, LOADS: place },
    {
      bare: how !== 'under run',
      cwd: APPS,
    },
  )
  expect(await running.ended).toBe(1)
  expect(running.said()).toMatch(/@prisma\/client 7\.0\.0 \(.*\), loaded by loads.*\.cjs, joins the reads/)
})

test('U3: Prisma that is loaded after the start gets no connection, and the app goes on', async () => {
  const place = join(folder, 'late/node_modules/@prisma/adapter-pg')
  const source = `const { Pool } = require('pg')
    exports.Pool = class extends Pool { query(...given) { return super.query(...given) } }`
  packageAt(place, { name: '@prisma/adapter-pg', version: '7.0.0' }, source)
  running = startUnedited(
    ['node', 'later.mjs'],
    { DATABASE_URL: database.url, LATER: place },
    {
      bare: true,
      cwd: APPS,
    },
  )
  const port = await running.port()
  const headers = { authorization: `Bearer ${database.people[0]!.token}` }
  const ask = async (path: string) => (await fetch(`http://127.0.0.1:${port}${path}`, { headers })).json()
  const { code, message } = (await ask('/later')) as { code: string; message: string }
  expect(code).toBe('unhooked_library')
  expect(message).toMatch(
    /@prisma\/client, loaded after the start \(@prisma\/adapter-pg 7\.0\.0: .*index\.js\), joins/,
  )
  expect(await ask('/notes')).toEqual(['bread'])
})

test('a package of another name in the folder of one is not taken for it', async () => {
  const place = join(folder, 'other/node_modules/bluebird')
  packageAt(place, { name: 'not-bluebird', version: '1.0.0' }, 'module.exports = {}')
  expect(dirname(place)).toMatch(/node_modules$/)
  expect(await ofTheOwner(place)).toBe('["bread"]')
})
