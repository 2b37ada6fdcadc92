// Old versions side by side: npm installs each under a name of its own, and each pair of a library and a pg gets a
// folder with true copies of both, so that the library finds its pg the way it does in an app.
import { cpSync, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { installPinned } from '../../scripts/prepare/pinned.mjs'

const HERE = dirname(fileURLToPath(import.meta.url))
const MODULES = join(HERE, 'node_modules')
const PAIRS = join(MODULES, '.pairs')
// What knex loads for streams looks for pg beside itself too.
const STREAMS = ['pg-query-stream', 'pg-cursor']

/** The versions of package-lock.json here; npm ci takes the pairs made of others away with them. */
export const install = () => installPinned('test/matrix', 'the versions of the matrix')

/** The folder from which a cell's library and pg are loaded. */
export function pairFolder({ library, pg }) {
  const folder = join(PAIRS, [library, pg].filter(Boolean).join('+'))
  if (existsSync(folder)) return folder
  const made = `${folder}.new`
  rmSync(made, { recursive: true, force: true })
  for (const name of [library, pg, ...STREAMS]) if (name) copy(name, join(made, 'node_modules', plain(name)))
  renameSync(made, folder)
  return folder
}

/** `knex-0.95` is knex. */
const plain = (name) => name.replace(/-[\d.]+$/, '')

function copy(name, to) {
  const from = join(MODULES, name)
  if (!existsSync(from))
    throw new Error(`${name} is not installed in test/matrix: npm ci there, then start again`)
  mkdirSync(dirname(to), { recursive: true })
  cpSync(from, to, { recursive: true })
}
