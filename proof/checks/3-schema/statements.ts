import { mentions } from '../../../src/sql/mentions.js'
import type { Check } from '../../gate/check.js'
import {
  ignoredWithoutAdded,
  ONLY_ON_OLD_SCHEMA,
  returnsRows,
  triedStatements,
} from '../../statements/finding.js'

const PHASE = 3

export const usersStatements: Check = {
  id: 'schema.statements',
  title: 'Every statement of the app works with the columns that the table of users gets',
  proves: ['P10', 'I3'],
  fix: 'The columns email and is_admin are added at the end of the table of users, where it lacks them. Write the columns that a statement means in place of *. For what could not be tried: record a request that sends it, or waive the part.',
  timeout: 300_000,
  async run(gate) {
    const { table } = gate.config.users
    // No other table has more columns in phase 3.
    const isAbout = (text: string) => mentions(text, table.split('.').at(-1)!)
    const found = await triedStatements(gate, PHASE, isAbout)
    return { ...found, ignored: await ignoredWithoutAdded(gate, [table]) }
  },
  mutants: ({ users }) => [returnsRows([users.table]), ONLY_ON_OLD_SCHEMA],
}
