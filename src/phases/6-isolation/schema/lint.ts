import { type Queryable, withSettings } from '../../../database/catalog/ask.js'
import { readCatalog } from '../../../database/catalog.js'
import { lintAround } from './lint/around.js'
import { lintBeyondTables } from './lint/beyond-tables.js'
import type { LintContext, OwnershipFinding } from './lint/finding.js'
import { lintOwners } from './lint/owners.js'
import { lintParentTriggers } from './lint/parent-triggers.js'
import { lintReach } from './lint/reach.js'
import { lintRows } from './lint/rows.js'
import { lintTriggers } from './lint/triggers.js'
import { forAllFindings, lintUniques } from './lint/uniques.js'
import { type OwnershipPlan, resolvePlan } from './plan/ownership-plan.js'
import { parentEdges } from './plan/parents.js'
import { beyondTables } from './rights/beyond-tables.js'

export type { OwnershipFinding } from './lint/finding.js'

/**
 * Returns what in the schema lets a user see or change another user's rows; empty if nothing does. Reads
 * only, from the catalog as it is, whatever created it.
 *
 * @throws OwnershipError when the plan does not fit the database at all: the check could not run
 */
export function lintOwnership(client: Queryable, plan: OwnershipPlan): Promise<OwnershipFinding[]> {
  return withSettings(client, { 'usertwo.user_id': 'system' }, async () => {
    const context = await contextOf(client, plan)
    return [
      ...lintRows(context),
      ...lintOwners(context),
      ...lintAround(context),
      ...(await lintTriggers(client, context)),
      ...(await lintUniques(client, context)),
      ...(await lintReach(client, context)),
      ...lintBeyondTables(await beyondTables(client, context.resolved)),
      ...(await lintParentTriggers(client, context)),
    ]
  })
}

/**
 * Returns the uniques that hold for all users and that the configuration does not name, each with the line to add: an app may
 * want one of them to. Reads only.
 *
 * @throws OwnershipError when the plan does not fit the database
 */
export async function uniquesOfAll(client: Queryable, plan: OwnershipPlan): Promise<string[]> {
  const found = forAllFindings(await contextOf(client, plan))
  return found.map(({ table, what, fix }) => `${table}: ${what}; ${fix}`)
}

async function contextOf(client: Queryable, plan: OwnershipPlan): Promise<LintContext> {
  const resolved = await resolvePlan(client, plan, await readCatalog(client), { parts: 'allowed' })
  return { resolved, edges: parentEdges(resolved) }
}
