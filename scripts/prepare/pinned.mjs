import { closeSync, existsSync, openSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { must, ROOT, say } from './step.mjs'

/** An older lock was left by a process that was ended. */
const STALE_MS = 10 * 60_000
const BETWEEN_LOOKS_MS = 200

/**
 * Installs the packages of a folder's package-lock.json into that folder, unless they are installed. Only one
 * command needs them. Of two processes at once, such as two test files, the second waits.
 * @param folder below the root
 * @param what what is installed, for the progress line
 */
export function installPinned(folder, what) {
  const cwd = join(ROOT, folder)
  const stamp = join(cwd, 'node_modules', '.installed-lock.json')
  const wanted = readFileSync(join(cwd, 'package-lock.json'), 'utf8')
  const isInstalled = () => existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted
  if (isInstalled()) return
  const lock = join(cwd, '.installing')
  while (!isTaken(lock)) {
    if (isInstalled()) return
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, BETWEEN_LOOKS_MS)
  }
  try {
    if (isInstalled()) return
    install(folder, what, cwd)
    writeFileSync(stamp, wanted)
  } finally {
    rmSync(lock, { force: true })
  }
}

function install(folder, what, cwd) {
  say(`Installing ${what} (npm ci in ${folder}) …`)
  const args = ['ci', '--ignore-scripts', '--legacy-peer-deps', '--no-audit', '--no-fund']
  must(`npm ci in ${folder}`, 'Check the connection to npm’s registry (npm ping).', 'npm', args, { cwd })
}

/** Takes the lock, if no other process holds it. */
function isTaken(file) {
  const age = Date.now() - (statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? Date.now())
  if (age > STALE_MS) rmSync(file, { force: true })
  try {
    closeSync(openSync(file, 'wx'))
    return true
  } catch (error) {
    if (error.code !== 'EEXIST') throw error
    return false
  }
}
