// One cell, in a process of its own: the library as an app in that folder would load it, scoped by the one edit.
// Prints one line of JSON: { queries, wrong, first }.
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { enforce } from '../../dist/src/phases/6-isolation/start/enforcement.js'
import { sessionDefaultsOf } from '../../dist/src/phases/6-isolation/start/session-defaults.js'
import { scope } from '../../dist/src/scope.js'
import { concurrently } from './concurrently.mjs'
import { enforcementOf } from './database.mjs'

const { values } = parseArgs({
  options: {
    folder: { type: 'string' },
    work: { type: 'string' },
    url: { type: 'string' },
    through: { type: 'string' }, // the URL of a PgBouncer
    queries: { type: 'string' },
    people: { type: 'string', default: '40' },
    refused: { type: 'string' },
    bare: { type: 'boolean' }, // without usertwo: everybody gets the owner's rows
  },
})
const { url, through, refused, bare } = values

const require = createRequire(join(values.folder, 'index.js'))
const { open } = await import(`./work/${values.work}.mjs`)
const known = await enforcementOf(url)
// As at the start of an app: found out, and refused where the login does not rest in the request role by itself.
const { startupOptions } = await sessionDefaultsOf(through ?? url, 6)
enforce({ ...known, connection: { ...known.connection, startupOptions } })
const app = { require, url: through ?? url, scope: bare ? (db) => db : scope }

const outcome = refused ? await refusal() : await played()
process.stdout.write(`${JSON.stringify(outcome)}\n`)

async function played() {
  const library = await open(app)
  const counters = await concurrently(Number(values.people), Number(values.queries), library.work)
  await library.end()
  return counters
}

async function refusal() {
  const failed = await Promise.resolve()
    .then(() => open(app))
    .then(
      () => null,
      (error) => error,
    )
  const first = failed?.code === refused ? null : `not refused with ${refused}: ${failed?.stack ?? failed}`
  return { queries: 1, wrong: first ? 1 : 0, first }
}
