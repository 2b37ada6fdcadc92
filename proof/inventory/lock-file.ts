import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { INVENTORY_FILE } from '../../src/record/fingerprints.js'
import type { Inventory } from './inventory.js'

/** @throws if the file is missing or is not JSON, with the command that makes one */
export function readInventory(folder: string): Inventory {
  const file = join(folder, INVENTORY_FILE)
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Inventory
  } catch (cause) {
    const why = existsSync(file)
      ? `${INVENTORY_FILE} is not readable JSON`
      : `${INVENTORY_FILE} does not exist`
    throw new Error(`${why}; write it with: usertwo inventory --write`, { cause })
  }
}

export function writeInventory(folder: string, inventory: Inventory): void {
  const file = join(folder, INVENTORY_FILE)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, `${JSON.stringify(inventory, null, 2)}\n`)
}

/**
 * Lists what was added and removed since the inventory was written, one line each; empty if nothing was. What only
 * moved to another line of its file is the same: an added import changes nothing.
 */
export function drift(locked: Inventory, now: Inventory): string[] {
  const parts = Object.keys(now) as (keyof Inventory)[]
  return parts.flatMap((part) => {
    const entries = (inventory: Inventory) => (inventory[part] as unknown[] | undefined) ?? []
    const [before, after] = [entries(locked), entries(now)]
    return [
      ...missingIn(before, after).map((entry) => `+ ${part} ${JSON.stringify(entry)}`),
      ...missingIn(after, before).map((entry) => `- ${part} ${JSON.stringify(entry)}`),
    ]
  })
}

/** Returns the entries that `list` has more of than `others`, apart from their lines. */
function missingIn(others: readonly unknown[], list: readonly unknown[]): unknown[] {
  const left = others.map(withoutLines)
  return list.filter((entry) => {
    const at = left.indexOf(withoutLines(entry))
    if (at >= 0) left.splice(at, 1)
    return at < 0
  })
}

/** `server.js:31` is `server.js` here. */
const withoutLines = (entry: unknown) =>
  JSON.stringify(entry, (key, value) =>
    key === 'at' && typeof value === 'string' ? value.replace(/:\d+(?::\d+)?$/, '') : value,
  )
