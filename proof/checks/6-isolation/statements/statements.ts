import { ownedIn } from '../../../../src/config/config.js'
import type { Check } from '../../../gate/check.js'
import {
  ignoredWithoutAdded,
  ONLY_ON_OLD_SCHEMA,
  returnsRows,
  triedStatements,
} from '../../../statements/finding.js'

const PHASE = 6

export const statementsCheck: Check = {
  id: 'isolation.statements',
  title: 'Every statement of the app works on the new schema',
  proves: ['P10', 'I3'],
  fix: 'The owner column is added at the end of each owned table. Write the columns that a statement means in place of *, and the table in front of a column whose name is no longer unique. For what could not be tried: record a request that sends it, or waive the part.',
  timeout: 300_000,
  async run(gate) {
    const tables = ownedIn(gate.config).map(([name]) => name)
    return { ...(await triedStatements(gate, PHASE)), ignored: await ignoredWithoutAdded(gate, tables) }
  },
  mutants: (config) => [
    ...(ownedIn(config).length ? [returnsRows(ownedIn(config).map(([name]) => name))] : []),
    ONLY_ON_OLD_SCHEMA,
  ],
}
