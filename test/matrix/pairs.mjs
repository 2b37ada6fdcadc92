// Old versions side by side: npm installs each under a name of its own, and each pair of a library and a pg gets a
// folder with true copies of both, so that the library finds its pg the way it does in an app.
import { cpSync, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { attempt, changedAt, must, say } from '../../scripts/prepare/step.mjs'

const HERE = dirname(fileURLToPath(import.meta.url))
const MODULES = join(HERE, 'node_modules')
// What knex loads for streams looks for pg beside itself too.
const STREAMS = ['pg-query-stream', 'pg-cursor']

/** Installs what package-lock.json here says, when it is missing or older. */
export function install() {
  const installed = changedAt(join(MODULES, '.package-lock.json'))
  if (installed > 0 && installed >= changedAt(join(HERE, 'package-lock.json'))) return
  say('Installing the versions of the matrix (npm ci in test/matrix) …')
  const args = ['ci', '--ignore-scripts', '--legacy-peer-deps', '--no-audit', '--no-fund']
  if (attempt('npm', args, { cwd: HERE }).ok) return
  must('npm ci in test/matrix', 'Check the connection to npm’s registry (npm ping).', 'npm', args, {
    cwd: HERE,
  })
}

/** The folder from which a cell's library and pg are loaded. */
export function pairFolder({ library, pg }) {
  const folder = join(MODULES, '.pairs', [library, pg].filter(Boolean).join('+'))
  if (changedAt(folder) >= changedAt(join(MODULES, '.package-lock.json'))) return folder
  const made = `${folder}.new`
  for (const old of [folder, made]) rmSync(old, { recursive: true, force: true })
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
