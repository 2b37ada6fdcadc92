import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { must, ROOT, say } from './step.mjs'

/** An older folder was left by a process that was ended. */
const STALE_MS = 10 * 60_000
const BETWEEN_LOOKS_MS = 200
/** A copy of the lock file by which the packages were installed. */
const STAMP = '.installed-lock.json'

/**
 * Installs the packages of a folder's package-lock.json into that folder, unless they are installed. Only one
 * command needs them. Of two processes at once, such as two test files, the second waits. A process that does not wait
 * finds either all packages or none: half a package makes an import fail that the root's package would have served.
 * @param folder below `root`
 * @param what what is installed, for the progress line
 */
export function installPinned(folder, what, root = ROOT) {
  const cwd = join(root, folder)
  const modules = join(cwd, 'node_modules')
  const wanted = readFileSync(join(cwd, 'package-lock.json'), 'utf8')
  const isInstalled = () => {
    const stamp = join(modules, STAMP)
    return existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted
  }
  if (isInstalled()) return
  const place = join(cwd, '.installing')
  while (!isTaken(place)) {
    if (isInstalled()) return
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, BETWEEN_LOOKS_MS)
  }
  try {
    if (isInstalled()) return
    for (const name of ['package.json', 'package-lock.json']) copyFileSync(join(cwd, name), join(place, name))
    install(folder, what, place)
    const made = join(place, 'node_modules')
    writeFileSync(join(made, STAMP), wanted)
    rmSync(modules, { recursive: true, force: true })
    renameSync(made, modules)
  } finally {
    rmSync(place, { recursive: true, force: true })
  }
}

function install(folder, what, cwd) {
  say(`Installing ${what} (npm ci in ${folder}) …`)
  const args = ['ci', '--ignore-scripts', '--legacy-peer-deps', '--no-audit', '--no-fund']
  must(`npm ci in ${folder}`, 'Check the connection to npm’s registry (npm ping).', 'npm', args, { cwd })
}

/** Makes the folder in which one process installs, if no other one has. */
function isTaken(place) {
  const age = Date.now() - (statSync(place, { throwIfNoEntry: false })?.mtimeMs ?? Date.now())
  if (age > STALE_MS) rmSync(place, { recursive: true, force: true })
  try {
    mkdirSync(place)
    return true
  } catch (error) {
    if (error.code !== 'EEXIST') throw error
    return false
  }
}
