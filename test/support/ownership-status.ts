import type { Queryable } from '../../src/database/catalog/ask.js'
import { findTable, readCatalog } from '../../src/database/catalog.js'
import { readFloor } from '../../src/phases/6-isolation/schema/floor.js'
import type { OwnershipPlan } from '../../src/phases/6-isolation/schema/plan/ownership-plan.js'
import { planOwnership } from '../../src/phases/6-isolation/schema/plan/plan-ownership.js'
import { isOpenPolicy } from '../../src/phases/6-isolation/schema/rights/policies.js'
import type { Step } from '../../src/phases/6-isolation/schema/step.js'

export interface OwnershipStatus {
  /** Everything the plan asks for is there. */
  complete: boolean
  /** Every owned table, and users, keeps its rows apart. */
  enforced: boolean
  /** The lowest dial to return to; only contract steps raise it. */
  floor: number
  pending: Step[]
  tables: {
    table: string
    access: string
    /** Null: the table has none, or it is not there yet. */
    ownerColumn: string | null
    rowSecurity: 'off' | 'on' | 'forced'
    /** Its policies let everybody signed in at every row: it is at `off` or `report`. */
    open: boolean
  }[]
}

/** How far the schema is from the plan. Reads only. */
export async function ownershipStatus(client: Queryable, plan: OwnershipPlan): Promise<OwnershipStatus> {
  const pending = await planOwnership(client, plan)
  const catalog = await readCatalog(client)
  const entries = { ...plan.tables, [plan.users.table]: { access: 'self' as const } }
  const tables = Object.entries(entries).map(([name, entry]) => {
    const table = findTable(catalog, name)
    const column = 'owner' in entry ? table?.columns.find((one) => one.name === entry.owner) : undefined
    return {
      table: table?.id ?? name,
      access: entry.access,
      ownerColumn: column?.name ?? null,
      rowSecurity: !table?.rowSecurity
        ? ('off' as const)
        : table.forced
          ? ('forced' as const)
          : ('on' as const),
      open: table?.policies.some(isOpenPolicy) ?? false,
    }
  })
  const apart = tables.filter(({ access }) => access !== 'reference' && access !== 'closed')
  return {
    complete: pending.length === 0,
    enforced: apart.every((table) => table.rowSecurity === 'forced' && !table.open),
    floor: (await readFloor(client)).dial,
    pending,
    tables,
  }
}
