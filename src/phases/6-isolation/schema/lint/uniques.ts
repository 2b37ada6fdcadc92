import type { Queryable } from '../../../../database/catalog/ask.js'
import { madeKeys } from '../keys/made-keys.js'
import { howToLetGo, keptForAll, readUpserts } from '../keys/named-uniques.js'
import { chosenAndPointedAt, pointedAtProblem } from '../keys/pointed-at.js'
import { whyKept } from '../keys/pointing-keys.js'
import type { LintContext, OwnershipFinding } from './finding.js'

/** Finds uniques that hold for all users even after a contract, because a function, rule or view needs them. */
export async function lintUniques(client: Queryable, { resolved }: LintContext): Promise<OwnershipFinding[]> {
  if (!resolved.owned.some(({ unique }) => unique?.length)) return []
  const upserts = await readUpserts(client)
  return resolved.owned.flatMap((owned) =>
    [...keptForAll(owned, upserts)].map(([index, by]) => ({
      rule: 'unique-named',
      table: owned.table.id,
      what: `${index} holds for all users, and stays at --contract: ${by.map(({ what, groupsBy }) => `${what} ${groupsBy ? 'groups by it' : 'names it in an "on conflict"'}`).join(', ')}`,
      fix: `${howToLetGo(owned.owner, by)}, which works from \`usertwo migrate up\` on; then run: usertwo migrate up --contract`,
    })),
  )
}

/** Finds uniques over values that users choose, to which foreign keys point, and which no contract is to make one per user. */
export function pointedAtFindings({ resolved: { owned, catalog } }: LintContext): OwnershipFinding[] {
  return owned.flatMap((one) => {
    const { table, owner, keys, unique = [] } = one
    // A number that the database counts may be given again by an undo, and is not chosen.
    const chosen = keys === 'chosen' && madeKeys(one).length === 0 ? table.primaryKey : []
    return chosenAndPointedAt(table, owner, catalog.tables, new Set(chosen))
      .filter(({ index }) => !unique.includes(index))
      .map((pointed) => ({
        rule: 'unique-pointed-at',
        table: table.id,
        ...pointedAtProblem(pointed, table, whyKept(one, pointed.by, owned)),
      }))
  })
}
