import type { Table } from '../../../database/catalog.js'
import { literal, q, qualified } from '../../../database/quoted.js'
import type { Owned, OwnershipPlan } from './plan/ownership-plan.js'
import {
  createPolicySql,
  EVERY_ROLE,
  everyoneSignedIn,
  isAsWanted,
  isOpenPolicy,
  isOwnRow,
  OPEN,
  type WantedPolicy,
} from './rights/policies.js'
import { NAME_PREFIX, OwnershipError, type Step } from './step.js'

/**
 * Returns the policies next to the table's own while its rows are not separated: every logged-in user's requests read,
 * change and delete them. New rows still get the current user, the app's old code still sees only the owner's rows,
 * and an unbound session still sees nothing. In `report` each other user's row is passed to `usertwo.passes`.
 */
export function openPolicies(
  plan: OwnershipPlan,
  { table, owner, access, enforcement = 'enforce' }: Owned,
): WantedPolicy[] {
  if (enforcement === 'enforce') return []
  const shared = everyoneSignedIn(plan)
  const told = (verb: string) =>
    enforcement === 'off'
      ? shared
      : `${shared} and usertwo.passes(${literal(table.name)}, '${verb}', ${isOwnRow(table, owner)})`
  const open = (command: 'select' | 'update' | 'delete'): WantedPolicy => ({
    name: `${OPEN}${command}`,
    command,
    roles: EVERY_ROLE,
    using: told(command),
    check: command === 'update' ? shared : null,
  })
  // A readable table needs no second policy for reads.
  return [...(access === 'readable' ? [] : [open('select')]), open('update'), open('delete')]
}

/** Steps that create or remove the policies that open a table; one step for a change between two switches. */
export function switchSteps(table: Table, wanted: readonly WantedPolicy[], enforcement = 'enforce'): Step[] {
  const at = qualified(table)
  const has = table.policies.filter(isOpenPolicy)
  const wrong = has.filter(
    (actual) => !wanted.some((one) => one.name === actual.name && isAsWanted(actual, one)),
  )
  const missing = wanted.filter(
    (one) => !has.some((actual) => actual.name === one.name && isAsWanted(actual, one)),
  )
  if (wrong.length + missing.length === 0) return []
  const sql = [
    ...wrong.map(({ name }) => `drop policy ${q(name)} on ${at}`),
    ...missing.map((one) => createPolicySql(at, one)),
  ]
  const closed = enforcement === 'enforce'
  return [
    {
      kind: 'enforce',
      name: `${table.id}: rows ${closed ? 'kept apart by user' : 'open to everybody signed in'} (enforcement: ${enforcement})`,
      sql: sql.join(';\n'),
      lock: 'access exclusive, an instant',
      risk: closed
        ? 'from here on requests reach their own user’s rows only'
        : 'from here on raw SQL of every request reaches everybody’s rows; queries through knex after a restart',
      transactional: true,
    },
  ]
}

/**
 * Returns the owned tables to which a table's rows belong: the one that `via` references, otherwise the
 * target of every key of the app that deletes the row, or blocks the deletion, when the parent is deleted. A
 * key that is set to null is only a reference; usertwo's own composite keys do not count.
 */
export function owningParents({ table, via }: Owned, owned: readonly Owned[]): Owned[] {
  const keys = table.foreignKeys.filter(({ name, columns, onDelete }) =>
    via ? columns.includes(via) : !name.startsWith(NAME_PREFIX) && !onDelete.startsWith('set'),
  )
  return owned.filter((one) => one.table !== table && keys.some(({ target }) => target.id === one.table.id))
}

/**
 * Refuses to enforce a child before its parent: it would hide rows of a parent on which all users still work.
 * @throws OwnershipError that names each pair and its possible values
 */
export function assertParentsFirst(owned: readonly Owned[]): void {
  const problems = owned.flatMap((child) => {
    if ((child.enforcement ?? 'enforce') !== 'enforce') return []
    return owningParents(child, owned)
      .filter((parent) => (parent.enforcement ?? 'enforce') !== 'enforce')
      .map(
        (parent) =>
          `tables.${child.table.name}.enforcement is 'enforce', and its parent ${parent.table.name} is at '${parent.enforcement}': ` +
          `a child is not enforced before its parent; set tables.${parent.table.name}.enforcement to 'enforce', ` +
          `or tables.${child.table.name}.enforcement to 'report' or 'off'`,
      )
  })
  if (problems.length > 0) throw new OwnershipError(problems)
}
