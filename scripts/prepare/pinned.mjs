import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { must, ROOT, say } from './step.mjs'

/**
 * Installs the packages of a folder's package-lock.json into that folder, unless they are installed. Only one
 * command needs them.
 * @param folder below the root
 * @param what what is installed, for the progress line
 */
export function installPinned(folder, what) {
  const cwd = join(ROOT, folder)
  const stamp = join(cwd, 'node_modules', '.installed-lock.json')
  const lock = readFileSync(join(cwd, 'package-lock.json'), 'utf8')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lock) return
  say(`Installing ${what} (npm ci in ${folder}) …`)
  const args = ['ci', '--ignore-scripts', '--legacy-peer-deps', '--no-audit', '--no-fund']
  must(`npm ci in ${folder}`, 'Check the connection to npm’s registry (npm ping).', 'npm', args, { cwd })
  writeFileSync(stamp, lock)
}
