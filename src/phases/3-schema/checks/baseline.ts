import { baselineCheck } from '../../../gate/traffic/baseline-check.js'

export const baseline = baselineCheck('schema', [
  { name: 'a column of the app is lost', by: { sql: 'alter table threads rename column notes to remarks' } },
])
