import { type Queryable, withSettings } from '../../../database/catalog/ask.js'
import { readCatalog } from '../../../database/catalog.js'
import type { UsersTable } from '../../../database/migrations/users-table.js'
import { lintAround } from './lint/around.js'
import { lintBeyondTables } from './lint/beyond-tables.js'
import { RECONCILE } from './lint/finding.js'
import { lintOwners } from './lint/owners.js'
import { lintTriggers } from './lint/triggers.js'
import { forAllFindings, lintUniques } from './lint/uniques.js'
import { type OwnershipPlan, resolvePlan } from './plan/ownership-plan.js'
import { parentEdges } from './plan/parents.js'
import { withUsersToCome } from './plan/users-to-come.js'
import { beyondTables } from './rights/beyond-tables.js'

/**
 * Returns what in the schema lets rows through to other users, or keeps requests from what the login may do, and that
 * `migrate up` does not change: each with its fix. Reads only; before the first migration, too.
 *
 * @throws OwnershipError when the plan does not fit the database
 */
export function standingProblems(
  client: Queryable,
  plan: OwnershipPlan,
  options: { firstRun?: boolean; users?: UsersTable } = {},
): Promise<string[]> {
  return withSettings(client, { 'usertwo.user_id': 'system' }, async () => {
    const catalog = withUsersToCome(await readCatalog(client), options.users)
    const { firstRun = false } = options
    const resolved = await resolvePlan(client, plan, catalog, { parts: 'allowed', firstRun })
    const context = { resolved, edges: parentEdges(resolved) }
    const beyond = await beyondTables(client, resolved)
    const found = [
      ...lintAround(context),
      ...lintOwners(context),
      ...forAllFindings(context),
      ...lintBeyondTables(beyond),
      ...(await lintTriggers(client, context)),
      ...(await lintUniques(client, context)),
    ]
    return [
      ...found.flatMap(({ table, what, fix }) => (fix === RECONCILE ? [] : [`${table}: ${what}; ${fix}`])),
      ...beyond.leftOut,
    ]
  })
}
