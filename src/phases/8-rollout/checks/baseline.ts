import { baselineCheck } from '../../../gate/traffic/baseline-check.js'

export const baseline = baselineCheck('rollout', [
  {
    name: 'the owner has lost a row',
    by: { sql: 'delete from events where thread_id in (select id from threads order by id limit 3)' },
  },
])
