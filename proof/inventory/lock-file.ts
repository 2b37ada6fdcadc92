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

/** Lists what was added and removed since the inventory was written, one line each; empty if nothing was. */
export function drift(locked: Inventory, now: Inventory): string[] {
  const parts = Object.keys(now) as (keyof Inventory)[]
  return parts.flatMap((part) => {
    const lines = (inventory: Inventory) =>
      ((inventory[part] as unknown[] | undefined) ?? []).map((one) => JSON.stringify(one))
    const [before, after] = [lines(locked), lines(now)]
    return [
      ...after.filter((line) => !before.includes(line)).map((line) => `+ ${part} ${line}`),
      ...before.filter((line) => !after.includes(line)).map((line) => `- ${part} ${line}`),
    ]
  })
}
