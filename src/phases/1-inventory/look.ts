import { type Catalog, readCatalog } from '../../database/catalog.js'
import { withClient } from '../../database/with-client.js'
import type { Gate } from '../../gate/gate.js'
import type { Exchange } from '../../gate/traffic/exchange.js'
import { buildInventory, type Inventory } from './inventory.js'

/** Reads the catalog of a database over a connection of its own. */
export function catalogOf(url: string): Promise<Catalog> {
  return withClient(url, 'inventory', readCatalog)
}

/** The inventory of the app of a gate, from its running copy. Without a recorded baseline nothing is known of answers. */
export async function lookAt(gate: Gate): Promise<Inventory> {
  const traffic = await gate.traffic().catch((): Exchange[] => [])
  const { folder, config, database } = gate
  return buildInventory({
    folder,
    config,
    routes: await gate.routes(),
    catalog: await catalogOf(database.url),
    traffic,
  })
}
