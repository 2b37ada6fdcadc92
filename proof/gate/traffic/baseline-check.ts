import { type Config, ownedIn } from '../../../src/config/config.js'
import { quotedTable } from '../../../src/database/quoted.js'
import type { Check, Mutant } from '../check.js'
import { replay } from './replay.js'

/** The check every phase has: whatever it adds, the owner is answered as before. */
export function baselineCheck(phase: string, mutants: Check['mutants']): Check {
  return {
    id: `${phase}.baseline`,
    title: 'The owner is answered as at the beginning, except for what the phases have declared',
    proves: ['P10', 'I3'],
    fix: 'If you changed the app since it was recorded, run `usertwo baseline record`, then `usertwo gate 1`. If the app answers an error, look at what it printed: its SQLSTATE names the table or the right that the configuration does not give. If neither is the cause, waive the part and report it as a defect.',
    timeout: 120_000,
    run: (gate) => replay(gate),
    mutants,
  }
}

/** The owner has lost what the first owned table held, and all that hung on it. */
export function lostRows(config: Config): Mutant[] {
  const [first] = ownedIn(config)
  return first
    ? [
        {
          name: `the rows of ${first[0]} are lost`,
          names: 'answers the owner differently',
          by: { sql: `truncate ${quotedTable(first[0])} cascade` },
        },
      ]
    : []
}
