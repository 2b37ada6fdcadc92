import type { Check } from '../../../gate/check.js'
import { campaign } from '../attack/campaign.js'
import { WITHOUT_POLICIES, WITHOUT_QUERY_LAYER } from '../attack/defects.js'

export const queryLayerAlone: Check = {
  id: 'isolation.query-layer-alone',
  title: 'The query layer holds every attack off by itself, with row-level security switched off',
  proves: ['T1', 'T2'],
  fix: 'A query reaches an owned table past the scoped knex handle, or in text that cannot be scoped: see the route.',
  timeout: 180_000,
  async run(gate) {
    await gate.database.sql(WITHOUT_POLICIES)
    return campaign(gate)
  },
  mutations: [{ name: 'the query layer off too', by: { edit: WITHOUT_QUERY_LAYER } }],
}
