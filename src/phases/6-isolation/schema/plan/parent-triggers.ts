import type { Queryable } from '../../../../database/catalog/ask.js'
import { functionBodies } from '../../../../database/catalog/function-bodies.js'
import type { ForeignKey, Table } from '../../../../database/catalog.js'
import { columnList, literal, q, qualified } from '../../../../database/quoted.js'
import { ownName, type Step, shortHash } from '../step.js'
import type { Owned, Resolved } from './ownership-plan.js'
import { closedEdges, type ParentEdge } from './parents.js'

/** Sorts before `RI_ConstraintTrigger_…`, in whose order PostgreSQL checks keys: a missing parent then fails here too. */
export const PARENT_TRIGGER = '0_usertwo_parents'
/**
 * Only for parents that a unique index names: the index is checked before any key, and another user's child would be a
 * duplicate (23505), or would let `on conflict do nothing` succeed.
 */
const EARLY_TRIGGER = 'usertwo_parents'

/** Plans the trigger of each owned table that makes a foreign parent fail as a missing one does. */
export async function parentTriggerSteps(
  client: Queryable,
  { owned, plan }: Resolved,
  edges: readonly ParentEdge[],
): Promise<Step[]> {
  const bodies = await functionBodies(client)
  return owned.flatMap((one) => stepsOf(one, checkedEdges(one, edges), plan.requestRole, bodies))
}

interface Checked {
  edge: ParentEdge
  key: ForeignKey
  /** Before the row is written, too. */
  early: boolean
}

/**
 * Leaves out keys that the app declared deferrable, and readable parents: that a readable row exists is not a secret, and
 * `usertwo.forbids_below` refuses rows below another user's.
 */
function checkedEdges(child: Owned, edges: readonly ParentEdge[]): Checked[] {
  return closedEdges(edges).flatMap((edge) => {
    if (edge.child !== child || edge.parent.access === 'readable') return []
    const key = child.table.foreignKeys.find(
      ({ columns, target }) =>
        String(columns) === String(edge.columns) &&
        target.id === edge.parent.table.id &&
        String(target.columns) === String(edge.target),
    )
    return key && !key.deferrable ? [{ edge, key, early: isEarly(edge) }] : []
  })
}

/**
 * Whether a unique index of all users names the parent. Of rows of one table, a statement may write the parent after its
 * child: they are checked afterwards alone.
 */
function isEarly({ child: { table, owner }, parent, columns }: ParentEdge): boolean {
  if (parent.table.id === table.id) return false
  return table.indexes.some(
    (index) =>
      index.unique &&
      !index.columns.includes(owner) &&
      columns.some((column) => index.columns.includes(column)),
  )
}

function stepsOf(
  { table, owner }: Owned,
  checked: readonly Checked[],
  role: string,
  bodies: ReadonlyMap<string, string>,
): Step[] {
  const at = qualified(table)
  const name = ownName('parents', table.schema, table.name)
  const call = `usertwo.${q(name)}()`
  const step = (what: string, sql: string[]): Step => ({
    kind: 'enforce',
    name: `${table.id}: ${what}`,
    sql: sql.join(';\n'),
    lock: 'share row exclusive, an instant',
    risk: 'waits behind long transactions, with a short timeout',
    transactional: true,
  })
  const actual = table.triggers.filter((one) => [PARENT_TRIGGER, EARLY_TRIGGER].includes(one.name))
  const drop = actual.map((one) => `drop trigger ${q(one.name)} on ${at}`)
  if (checked.length === 0) {
    const there = bodies.has(name)
    if (actual.length === 0 && !there) return []
    return [step('no parent to check', [...drop, ...(there ? [`drop function ${call}`] : [])])]
  }
  const columns = columnList([...new Set([...checked.flatMap(({ edge }) => edge.columns), owner])])
  // The trigger was made with the function, so the function says which columns it is for.
  const body = `\n-- ${shortHash(columns)}${bodyOf(owner, checked, role)}`
  const wanted = {
    [PARENT_TRIGGER]: 'after',
    ...(checked.some(({ early }) => early) && { [EARLY_TRIGGER]: 'before' }),
  }
  const isWanted = ({ name: one, enabled, definition }: Table['triggers'][number]) =>
    one in wanted &&
    enabled &&
    [call, `usertwo.${name}()`].some((made) => definition.endsWith(`EXECUTE FUNCTION ${made}`))
  if (actual.length === Object.keys(wanted).length && actual.every(isWanted) && bodies.get(name) === body)
    return []
  return [
    step('foreign parents fail as missing ones do', [
      `create or replace function ${call} returns trigger language plpgsql as ${literal(body)}`,
      ...drop,
      ...Object.entries(wanted).map(
        ([trigger, time]) =>
          `create trigger ${q(trigger)} ${time} insert or update of ${columns} on ${at}\n  for each row execute function ${call}`,
      ),
    ]),
  ]
}

/** Only for requests: what a key does by itself (`on delete set null`) runs as the table's owner. */
function bodyOf(owner: string, checked: readonly Checked[], role: string): string {
  // What is returned after a row is written is ignored; before it, it is the row.
  const row = checked.some(({ early }) => early) ? 'new' : 'null'
  return `
begin
  if current_user <> ${literal(role)} then return ${row}; end if;
${checked.map((one) => checkOf(owner, one, row === 'new')).join('')}  return ${row};
end
`
}

/** The error is the one of PostgreSQL's own key, word by word. */
function checkOf(owner: string, { edge, key, early }: Checked, isTwice: boolean): string {
  const { child, parent, columns, target } = edge
  const late = isTwice && !early ? ["tg_when = 'AFTER'"] : []
  const given = [...late, ...columns.map((column) => `new.${q(column)} is not null`)]
  const same = [...columns, owner].map(
    (column, at) => `p.${q([...target, parent.owner][at]!)} = new.${q(column)}`,
  )
  const [at, by] = [child.table.name, key.name]
  const message = ['insert or update on table ', at, ' violates foreign key constraint ', by, ''].join('"')
  return `  if ${given.join(' and ')} and not exists (select from ${qualified(parent.table)} p
    where ${same.join(' and ')}) then
    raise exception using errcode = '23503', schema = tg_table_schema, table = tg_table_name,
      constraint = ${literal(key.name)}, message = ${literal(message)},
      detail = ${literal(['Key is not present in table ', parent.table.name, '.'].join('"'))};
  end if;
`
}
