import type { Config } from '../../../src/config/config.js'
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
    const found = await triedStatements(gate, PHASE, names(gate.config))
    return { ...found, ignored: await ignoredWithoutAdded(gate, [table]) }
  },
  mutants: ({ users }) => [returnsRows([users.table]), ONLY_ON_OLD_SCHEMA],
}

/** Whether a text names the table of users: no other table has more columns in phase 3. */
function names({ users }: Config): (text: string) => boolean {
  const name = users.table
    .split('.')
    .at(-1)!
    .replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
  const pattern = new RegExp(`(?<![\\w$])${name}(?![\\w$])`, 'i')
  return (text) => pattern.test(text)
}
