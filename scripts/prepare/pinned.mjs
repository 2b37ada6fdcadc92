import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { must, ROOT, say } from './step.mjs'

/**
 * Installs what the package-lock.json of a folder says into that folder, where something else or nothing is installed:
 * what one command alone needs.
 * @param folder below the root
 * @param what it is, for the line that is said
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
