// The installed packages of an owner's folder, and its lockfile.
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { must, ROOT, say } from '../prepare/step.mjs'

const CACHE = join(ROOT, 'node_modules', '.cache', 'usertwo-changes')
/** What an Express of another version than usertwo’s may not share with it: gate 5 would count the routes of both as the app’s. */
const OF_ITS_OWN = ['router']
const LOCK = 'package-lock.json'

/** Writes a lockfile of the packages that the app names, as the root's lockfile has them. */
export function writeLockfile(folder) {
  const { packages } = readJson(join(ROOT, LOCK))
  const { name, version, dependencies } = readJson(join(folder, 'package.json'))
  const of = (one) => packages[`examples/${name}/node_modules/${one}`] ?? packages[`node_modules/${one}`]
  const locked = Object.fromEntries(Object.keys(dependencies).map((one) => [`node_modules/${one}`, of(one)]))
  const lock = {
    name,
    version,
    lockfileVersion: 3,
    packages: { '': { name, version, dependencies }, ...locked },
  }
  writeJson(join(folder, LOCK), lock)
}

/**
 * Installs packages as `npm install` does: the folder, its package.json and its lockfile.
 * @param wanted `{ name: source }`: a folder of this repository, or `name@version` of npm
 * @returns puts the folders back; the files are in git
 */
export function install(folder, wanted) {
  const undo = Object.entries(wanted).map(([name, source]) => {
    const isPacked = source.includes('@')
    const from = isPacked ? fetched(source) : join(ROOT, source)
    const { version } = readJson(join(from, 'package.json'))
    noteIn(join(folder, 'package.json'), (manifest) => {
      manifest.dependencies[name] = `^${version}`
    })
    noteIn(join(folder, LOCK), ({ packages }) => {
      packages[''].dependencies[name] = `^${version}`
      packages[`node_modules/${name}`] = { version }
    })
    const others = isPacked
      ? OF_ITS_OWN.map((one) => put(folder, one, join(ROOT, 'node_modules', one), true))
      : []
    return [put(folder, name, from, isPacked), ...others]
  })
  return () => {
    for (const back of undo.flat()) back()
  }
}

/** A link is what npm makes of one version for the app and usertwo: they load the same copy. */
function put(folder, name, from, isCopy) {
  const path = join(folder, 'node_modules', name)
  const aside = join(dirname(folder), `${name}.aside`)
  const had = existsSync(path)
  rmSync(aside, { recursive: true, force: true })
  if (had) renameSync(path, aside)
  if (isCopy) cpSync(from, path, { recursive: true, dereference: true, preserveTimestamps: true })
  else symlinkSync(from, path)
  return () => {
    rmSync(path, { recursive: true, force: true })
    if (had) renameSync(aside, path)
  }
}

/** The folder of a package that npm has packed, once. */
function fetched(wanted) {
  const folder = join(CACHE, wanted)
  if (existsSync(join(folder, 'package'))) return join(folder, 'package')
  say(`Fetching ${wanted} (npm pack) …`)
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  must('npm pack', 'Check the connection (npm ping).', 'npm', ['pack', wanted, '--loglevel=error'], {
    cwd: folder,
  })
  const [archive] = readdirSync(folder)
  must('tar', 'Remove its folder, then start again.', 'tar', ['-xzf', archive], { cwd: folder })
  return join(folder, 'package')
}

function noteIn(file, change) {
  const content = readJson(file)
  change(content)
  writeJson(file, content)
}

const readJson = (file) => JSON.parse(readFileSync(file, 'utf8'))
const writeJson = (file, content) => writeFileSync(file, `${JSON.stringify(content, null, 2)}\n`)
