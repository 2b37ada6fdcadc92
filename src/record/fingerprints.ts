import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'

/** Where an app keeps its inventory, relative to its configuration; committed, so that a change shows in review. */
export const INVENTORY_FILE = 'usertwo/inventory.json'

const LOCKFILES = ['package-lock.json', 'npm-shrinkwrap.json', 'pnpm-lock.yaml', 'yarn.lock', 'bun.lock']

/** What identifies content: the first half of its SHA-256, in hexadecimal. */
export function fingerprint(content: string | Buffer): string {
  return createHash('sha256').update(content).digest('hex').slice(0, 32)
}

/**
 * Of the routes an app's inventory lists, by method and path; gate 1 holds them equal to those of the running app.
 * Null: it has no inventory, or none that can be read.
 */
export function routesFingerprint(folder: string): string | null {
  if (!existsSync(join(folder, INVENTORY_FILE))) return null
  try {
    const { routes } = JSON.parse(readFileSync(join(folder, INVENTORY_FILE), 'utf8')) as {
      routes: { method: string; path: string }[]
    }
    const listed = routes.map(({ method, path }) => `${method} ${path}`)
    return fingerprint(listed.sort().join('\n'))
  } catch {
    return null
  }
}

/** Of the nearest lockfile, in this folder or above it (workspaces keep one at their root); null: there is none. */
export function lockfileFingerprint(folder: string): { file: string; print: string } | null {
  for (let place = resolve(folder); ; place = dirname(place)) {
    const file = LOCKFILES.map((name) => join(place, name)).find(existsSync)
    if (file) return { file: basename(file), print: fingerprint(readFileSync(file)) }
    if (dirname(place) === place) return null
  }
}
