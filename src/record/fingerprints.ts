import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'

/** The file of an app's inventory, relative to its configuration; committed, so that a change shows in review. */
export const INVENTORY_FILE = 'usertwo/inventory.json'

const LOCKFILES = ['package-lock.json', 'npm-shrinkwrap.json', 'pnpm-lock.yaml', 'yarn.lock', 'bun.lock']

/** Identifies content: the first half of its SHA-256, in hexadecimal. */
export function fingerprint(content: string | Buffer): string {
  return createHash('sha256').update(content).digest('hex').slice(0, 32)
}

/**
 * Fingerprint of the routes in an app's inventory, by method and path; gate 1 verifies that they equal those
 * of the running app. Null: the inventory is missing or unreadable.
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

/** Fingerprint of the nearest lockfile, in this folder or above it; null without a lockfile. */
export function lockfileFingerprint(folder: string): { file: string; print: string } | null {
  for (let place = resolve(folder); ; place = dirname(place)) {
    const file = LOCKFILES.map((name) => join(place, name)).find(existsSync)
    if (file) return { file: basename(file), print: fingerprint(readFileSync(file)) }
    if (dirname(place) === place) return null
  }
}
