import { ownedIn } from '../../../core/config.js'
import type { Check } from '../../../gate/check.js'
import { campaign } from '../attack/campaign.js'
import { WITHOUT_POLICIES, WITHOUT_QUERY_LAYER, withoutPolicy } from '../attack/defects.js'
import { probeTables } from '../attack/probe.js'

export const policiesAlone: Check = {
  id: 'isolation.policies-alone',
  title: 'Row-level security holds every attack off by itself, with the query layer switched off',
  proves: ['T1', 'T2'],
  fix: 'See the table: its policies are missing, not forced, or do not compare with usertwo.uid(). Run: usertwo migrate up',
  timeout: 180_000,
  async run(gate) {
    const routes = await campaign(gate, WITHOUT_QUERY_LAYER)
    // A table that only opens behind another one's row would hide a missing policy from every route.
    const tables = await probeTables(gate)
    return {
      ...routes,
      exercised: routes.exercised + tables.exercised,
      problems: [...routes.problems, ...tables.problems],
    }
  },
  mutations: (config) => [
    { name: 'row-level security off too', by: { sql: WITHOUT_POLICIES } },
    ...ownedIn(config).map(([table]) => ({
      name: `no row-level security on ${table}`,
      by: { sql: withoutPolicy(table) },
    })),
  ],
}
