// Old versions side by side: npm installs each under a name of its own, and each pair of a library and a pg gets a
// folder with true copies of both, so that the library finds its pg the way it does in an app.
import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { must, say } from '../../scripts/prepare/step.mjs'

const HERE = dirname(fileURLToPath(import.meta.url))
const MODULES = join(HERE, 'node_modules')
const PAIRS = join(MODULES, '.pairs')
const STAMP = join(MODULES, '.installed-lock.json')
// What knex loads for streams looks for pg beside itself too.
const STREAMS = ['pg-query-stream', 'pg-cursor']

/** Installs what package-lock.json here says, where something else or nothing is installed. */
export function install() {
  const lock = readFileSync(join(HERE, 'package-lock.json'), 'utf8')
  if (existsSync(STAMP) && readFileSync(STAMP, 'utf8') === lock) return
  say('Installing the versions of the matrix (npm ci in test/matrix) …')
  const args = ['ci', '--ignore-scripts', '--legacy-peer-deps', '--no-audit', '--no-fund']
  must('npm ci in test/matrix', 'Check the connection to npm’s registry (npm ping).', 'npm', args, {
    cwd: HERE,
  })
  rmSync(PAIRS, { recursive: true, force: true })
  writeFileSync(STAMP, lock)
}

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
