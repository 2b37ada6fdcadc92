import type { BeyondTables } from '../rights/beyond-tables.js'
import { type OwnershipFinding, RECONCILE } from './finding.js'

/** Checks that requests have the login's rights beyond tables, and names the sequences that all users draw from. */
export function lintBeyondTables({ steps, shared }: BeyondTables): OwnershipFinding[] {
  return [
    ...steps.map(({ name, sql }) => ({
      rule: 'request-rights',
      table: name.slice(0, name.indexOf(': ')),
      what: `differs from the plan: ${sql}`,
      fix: RECONCILE,
    })),
    ...shared.map((id) => ({
      rule: 'shared-sequence',
      table: id,
      what: 'is a sequence that all users draw from: its next number shows how many others have drawn',
      fix: `count for each user (a column of a table with perUser), or waive the part 'sequence ${id}' in the configuration if that may be known`,
      part: `sequence ${id}`,
    })),
  ]
}
