// What other packages loaded may be anything: looking for pg must leave it alone.
import { createRequire } from 'node:module'
import { join } from 'node:path'
import pg from 'pg'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { seenOutside } from '../../../../proof/gate/preload/outside.js'
import { forEachCopyOfPg } from '../../../../proof/gate/preload/pg-copies.js'
import { freshDatabase } from '../../../../test/support/postgres.js'
import { promClient } from '../../../metrics/prom-client.js'
import { driverOf } from '../connection/driver/driver-of.js'
import { hookEveryPg } from '../drivers/every-pg.js'
import { importersOf, loadedCopies } from '../drivers/loaded-copies.js'
import { copiesOfSlonik } from '../drivers/slonik.js'
import { UNHOOKED_LIBRARIES } from '../drivers/unhooked-libraries.js'
import { refuseOldKnex } from '../query/knex/knex-version.js'
import { recoverOwnSockets } from '../requests/recovered-sockets.js'
import { loadedModules } from './loaded.js'

const { cache } = createRequire(import.meta.url)
const place = (name: string) => join(process.cwd(), 'src', `${name}.cjs`)
const inPackage = (name: string, file: string) => join(process.cwd(), 'node_modules', name, file)

/** Every operation on it is noted, and throws. */
function strict(notes: string[]): object {
  const trap = (name: string) => () => {
    notes.push(name)
    throw new TypeError(`[envalid] ${name}`)
  }
  const traps = Object.fromEntries(Object.getOwnPropertyNames(Reflect).map((name) => [name, trap(name)]))
  return new Proxy(() => {}, traps)
}

function revoked(): object {
  const { proxy, revoke } = Proxy.revocable({}, {})
  revoke()
  return proxy
}

function withGetters(notes: string[]): object {
  const exports = {}
  for (const name of ['Client', 'Pool', 'Query', 'prototype', 'SessionAwareAdapter', 'native', 'config'])
    Object.defineProperty(exports, name, { enumerable: true, get: () => notes.push(name) })
  return exports
}

let notes: string[]
let before: Record<string, unknown>

beforeEach(async () => {
  notes = []
  before = { ...cache }
  const odd: Record<string, unknown> = {
    strict: { filename: place('strict'), children: [], exports: strict(notes) },
    revoked: { filename: place('revoked'), children: [], exports: revoked() },
    getters: { filename: place('getters'), children: [], exports: withGetters(notes) },
    frozen: { filename: place('frozen'), children: [], exports: Object.freeze({ __proto__: null }) },
    namespace: { filename: place('namespace'), children: [], exports: await import('node:path') },
    // As Node enters a file that `with { type: 'json' }` imported.
    json: { exports: { Client: 1 }, loaded: true },
    nothing: undefined,
    strange: { filename: 7, children: [null, { filename: null }, strict(notes)], exports: null },
    module: strict(notes),
    gone: revoked(),
  }
  for (const [name, entry] of Object.entries(odd)) Reflect.set(cache, place(name), entry)
  // Copies of what is looked for, whose main file is whole and whose others are not.
  for (const name of ['pg', 'pg-pool', 'knex', 'bluebird', 'socket.io-adapter'])
    Reflect.set(cache, inPackage(name, 'strange.js'), {
      filename: inPackage(name, 'strange.js'),
      exports: revoked(),
    })
})
afterEach(() => {
  vi.unstubAllEnvs()
  for (const name of Object.keys(cache)) if (!(name in before)) Reflect.deleteProperty(cache, name)
})

const isPg = (exports: unknown): exports is typeof pg =>
  typeof (exports as Partial<typeof pg>).Client === 'function' &&
  typeof (exports as Partial<typeof pg>).Pool === 'function'

test.each<[string, () => unknown]>([
  ['the modules of pg', () => expect([...loadedModules('pg', isPg)]).toHaveLength(1)],
  ['every copy of pg, to hook it', () => hookEveryPg(() => null, String)()],
  ['the pg behind a handle', () => expect(driverOf(pg).pg).toBe(pg)],
  ['the pg of an object without one', () => expect(() => driverOf({})).toThrow(/^scope\(db\)/)],
  ['the version of knex', () => refuseOldKnex(new (class Client {})())],
  ['the copies of slonik', () => expect(copiesOfSlonik).toThrow(/slonik/)],
  ['the adapters of Socket.IO', () => recoverOwnSockets()()],
  ['prom-client', () => expect(promClient().Counter).toBeTypeOf('function')],
])('%s are found without a look at what others loaded', (_what, look) => {
  look()
  expect(notes).toEqual([])
})

test('libraries that are refused are found without a look at what others loaded', async () => {
  const found = await loadedCopies([...UNHOOKED_LIBRARIES, { name: 'pg' }])
  expect(found.map(({ name }) => name)).toContain('pg')
  for (const copy of found) await importersOf(copy)
  expect(notes).toEqual([])
})

test('the gate changes every copy of pg, and asks by each, without a look at what others loaded', async () => {
  vi.stubEnv('DATABASE_URL', (await freshDatabase()).url)
  const copies: object[] = []
  forEachCopyOfPg((copy) => copies.push(copy))
  expect((await seenOutside()).map(({ driver }) => driver)).toEqual([inPackage('pg', 'lib/index.js')])
  expect(copies).toEqual([pg])
  expect(notes).toEqual([])
})
