import { posix, relative, sep } from 'node:path'
import { type Catalog, readCatalog } from '../../src/database/catalog.js'
import { withClient } from '../../src/database/with-client.js'
import type { Gate } from '../gate/gate.js'
import type { Exchange } from '../gate/traffic/exchange.js'
import { buildInventory, type Inventory } from './inventory.js'

/** Reads the catalog of a database over a connection of its own. */
export function catalogOf(url: string): Promise<Catalog> {
  return withClient(url, 'inventory', readCatalog)
}

/** Returns the baseline of the app of a gate; nothing if none was recorded. */
export function recorded(gate: Pick<Gate, 'traffic'>): Promise<Exchange[]> {
  return gate.traffic().catch(() => [])
}

/**
 * Returns the inventory of the app of a gate, from its running copy. Without a recorded baseline the media
 * types of answers are unknown.
 */
export async function inventoryOf(gate: Gate): Promise<Inventory> {
  const traffic = await recorded(gate)
  const { folder, config, database } = gate
  const copy = await gate.scratch()
  return buildInventory({
    folder,
    config,
    routes: await gate.routes(),
    mounts: (await gate.mounts()).map(({ folder: served, ...one }) => ({
      ...one,
      folder: served && ofTheApp(served, copy),
    })),
    catalog: await catalogOf(database.url),
    traffic,
  })
}

/**
 * Returns a folder's name that is the same on every machine: relative to the app's folder, or to that of all
 * packages.
 */
function ofTheApp(served: string, copy: string): string {
  const inPackages = served.split(sep).join(posix.sep).split('/node_modules/')
  if (inPackages.length > 1) return `node_modules/${inPackages.at(-1)}`
  return relative(copy, served).split(sep).join(posix.sep) || '.'
}
