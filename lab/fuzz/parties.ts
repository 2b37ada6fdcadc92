import { createRequire } from 'node:module'
import { dirname, sep } from 'node:path'
import knex, { type Knex } from 'knex'
import { withClient } from '../../src/database/with-client.js'
import type { PgModule } from '../../src/phases/6-isolation/connection/driver/driver.js'
import { scopeKnex } from '../../src/phases/6-isolation/query/scope-knex.js'
import { type Enforcement, enforce, readEnforcement } from '../../src/phases/6-isolation/start/enforcement.js'
import type { FuzzDatabases } from './databases.js'
import { FUZZ_USERS, fuzzConfig, OWNER_ID } from './schema.js'
import type { WriteLayer } from './statements/write.js'

/** A place where a case runs: one database behind one layer, or behind none. */
export interface Party {
  layer: WriteLayer | null
  schema: string
  db: Knex
  /** For streams: after one, a plain knex may give its connection to two transactions at once (knex #6288). */
  streams: Knex
  /** The id that the code running there writes for a user. */
  idOf(user: number): number
}

export interface Parties {
  layers: Party[]
  /** The database that holds only this user's rows. */
  reference(user: number): Party
  /** The owner's old code without the toolkit, on the migrated database, and the rows it must find there. */
  oldCode: { party: Party; reference: Party }
  close(): Promise<void>
}

export interface PartyOptions {
  /** The query layer under test; default: that of this phase. */
  scopeKnex?: typeof scopeKnex
  /** The function that apps pass their handle to. It installs the connection layer, for the policies. */
  scope: (db: Knex) => Knex
}

/** Opens the handles of a run. The layers share a pool of two among all users. */
export async function openParties(databases: FuzzDatabases, options: PartyOptions): Promise<Parties> {
  const handles: Knex[] = []
  const open = (url: string, schema: string, max = 2) => {
    const db = knex({ client: 'pg', connection: url, searchPath: [schema], pool: { min: 0, max } })
    handles.push(db)
    return db
  }
  const { queryLayer, policies, reference } = databases
  const known = await withClient(policies.url, 'fuzz', (client) => readEnforcement(client, fuzzConfig(), 6))
  // The queries set keys themselves, which another layer handles: see `keysAsGivenSql`.
  const query = known.query && { ...known.query, keys: () => undefined }
  const scoped = () => (options.scopeKnex ?? scopeKnex)(open(queryLayer.url, 'public'), () => query)
  const own = (schema: string): Party => {
    const [db, streams] = [open(reference.url, schema), open(reference.url, schema)]
    return { layer: null, schema, db, streams, idOf: (user) => user }
  }
  const owns = new Map(FUZZ_USERS.map((user) => [user as number, own(`only_${user}`)]))
  const bound = open(policies.url, 'public')
  // It needs its own pg: the hooks of the connection layer are on the prototypes of one copy, and the other
  // handles must not have them.
  bound.client.driver = secondPg()
  options.scope(bound)
  const before = replaceEnforcement({ ...known, query: null })
  const login = open(policies.url, 'public')
  return {
    layers: [
      // Old code writes the owner's id, and the layer reads it as the current user.
      { layer: 'query layer', schema: 'public', db: scoped(), streams: scoped(), idOf: () => OWNER_ID },
      { layer: 'policies', schema: 'public', db: bound, streams: bound, idOf: (user) => user },
    ],
    reference: (user) => owns.get(user)!,
    oldCode: {
      party: { layer: 'policies', schema: 'public', db: login, streams: login, idOf: () => OWNER_ID },
      reference: own('owner_alone'),
    },
    async close() {
      await Promise.all(handles.map((db) => db.destroy()))
      before()
    },
  }
}

/** Applies an enforcement to this process; returns a function that undoes it. */
function replaceEnforcement(what: Enforcement): () => void {
  enforce(what)
  return () => enforce(null)
}

const require = createRequire(import.meta.url)
let copies = 0

/** Returns another copy of pg, loaded from the same files as this process's own. */
function secondPg(): PgModule {
  const main = require.resolve('pg')
  const folder = dirname(main) + sep
  const before = take(folder)
  const copy: PgModule = require('pg')
  const loaded = require.cache[main]!
  take(folder)
  Object.assign(require.cache, before)
  // The search for a class's module then finds it among the loaded modules.
  require.cache[`${main}#${++copies}`] = loaded
  return copy
}

/** Removes a folder's modules from the loaded ones and returns them. */
function take(folder: string): typeof require.cache {
  const taken: typeof require.cache = {}
  for (const [file, loaded] of Object.entries(require.cache)) {
    if (!file.startsWith(folder) || file.includes('#')) continue
    taken[file] = loaded
    delete require.cache[file]
  }
  return taken
}
