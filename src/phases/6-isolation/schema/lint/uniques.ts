import type { Queryable } from '../../../../database/catalog/ask.js'
import { isKey } from '../keys/is-key.js'
import { madeKeys } from '../keys/made-keys.js'
import { howToLetGo, keptForAll, readUpserts } from '../keys/named-uniques.js'
import { chosenForAll, pointedAtProblem } from '../keys/pointed-at.js'
import { whyKept } from '../keys/pointing-keys.js'
import type { Owned } from '../plan/ownership-plan.js'
import { mayHangOnOthers } from '../plan/parents.js'
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
      fix: `${howToLetGo(owned.owner, by)}; then run: usertwo migrate up --contract`,
    })),
  )
}

/** Finds uniques over values that users choose and that no contract is to make one per user, as a later migration of the app adds them. */
export function forAllFindings({ resolved: { owned, catalog } }: LintContext): OwnershipFinding[] {
  return owned.flatMap((one) => {
    const { table, owner, keys, perUser, unique = [] } = one
    // Named already: a second user could not register.
    if (perUser) return []
    // A number that the database counts may be given again by an undo, and is not chosen.
    const chosen = keys === 'chosen' && madeKeys(one).length === 0 ? table.primaryKey : []
    return chosenForAll(table, owner, catalog.tables, new Set(chosen))
      .filter(
        ({ index, by }) => !unique.includes(index) && (by.length > 0 || !dependsOnOwn(one, owned, index)),
      )
      .map((pointed) => ({
        rule: 'unique-for-all',
        table: table.id,
        ...pointedAtProblem(pointed, table, whyKept(one, pointed.by, owned)),
      }))
  })
}

/** Whether a unique names a row of the user's own, by a foreign key to a table whose keys stay one for all users. */
function dependsOnOwn(one: Owned, owned: readonly Owned[], index: string): boolean {
  const { columns } = one.table.indexes.find(({ name }) => name === index)!
  return one.table.foreignKeys.some((key) => {
    const parent = owned.find(({ table }) => table.id === key.target.id)
    if (!parent || mayHangOnOthers(one, parent, key.columns)) return false
    const isPerUser = parent.table.indexes.some(
      ({ name, columns: keys }) => isKey(keys, key.target.columns) && parent.unique?.includes(name),
    )
    return !isPerUser && key.columns.some((column) => columns.includes(column))
  })
}
