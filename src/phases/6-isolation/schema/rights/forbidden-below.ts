import type { Queryable } from '../../../../database/catalog/ask.js'
import { functionBodies } from '../../../../database/catalog/function-bodies.js'
import type { Table } from '../../../../database/catalog.js'
import { literal, q, qualified } from '../../../../database/quoted.js'
import { FORBIDDEN } from '../../requests/forbidden.js'
import type { Owned, Resolved } from '../plan/ownership-plan.js'
import { closedEdges, type ParentEdge } from '../plan/parents.js'
import { ownName, type Step } from '../step.js'

const FORBIDS_BELOW = 'usertwo.forbids_below()'
/** The prefix of the triggers' names. */
const BELOW = ownName('below', '')

/**
 * The body of the trigger on a new row below another user's readable row, where `via` says that such rows
 * belong to the parent's owner: refuses it at once, before the key that would refuse it at commit.
 */
export const FORBIDS_BELOW_BODY = `
declare
  is_foreign boolean;
begin
  execute tg_argv[0] into is_foreign using new;
  if is_foreign then
    raise exception using errcode = '${FORBIDDEN}', schema = tg_table_schema, table = tg_table_name,
      message = pg_catalog.format('forbidden: a row of "%s" belongs to what it hangs on, and that is somebody else''s', tg_table_name);
  end if;
  return null;
end
`

/** Steps for the function and its triggers. The second list is for after the policies. */
export async function forbiddenBelowSteps(
  client: Queryable,
  { owned, catalog }: Resolved,
  edges: readonly ParentEdge[],
): Promise<{ before: Step[]; after: Step[] }> {
  const wanted = closedEdges(edges).filter(isTold)
  const body = (await functionBodies(client)).get('forbids_below')
  const isThere = body === FORBIDS_BELOW_BODY
  const make = `create or replace function ${FORBIDS_BELOW} returns trigger language plpgsql as $below$${FORBIDS_BELOW_BODY}$below$`
  const gone = wanted.length === 0 && body !== undefined
  return {
    before:
      wanted.length > 0 && !isThere ? [step(`${FORBIDS_BELOW}: rows below what others own`, [make])] : [],
    after: [
      ...catalog.tables.flatMap((table) =>
        triggerSteps(
          table,
          new Map(
            wanted.filter((edge) => edge.child.table === table).map((edge) => [nameOfEdge(edge), edge]),
          ),
          owned.find((one) => one.table === table),
        ),
      ),
      ...(gone
        ? [
            {
              ...step(`${FORBIDS_BELOW}: nothing below a readable table`, [`drop function ${FORBIDS_BELOW}`]),
              kind: 'enforce' as const,
            },
          ]
        : []),
    ],
  }
}

/** Whether the trigger may answer: for a private parent that would reveal it, and the app's own key answers. */
function isTold({ child, parent }: ParentEdge): boolean {
  return (
    parent.access === 'readable' &&
    [child, parent].every(({ enforcement = 'enforce' }) => enforcement === 'enforce')
  )
}

const nameOfEdge = ({ columns, parent }: ParentEdge) => ownName('below', ...columns, parent.table.name)

function triggerSteps(
  table: Table,
  wanted: ReadonlyMap<string, ParentEdge>,
  owned: Owned | undefined,
): Step[] {
  const at = qualified(table)
  const there = table.triggers.filter(({ name }) => name.startsWith(BELOW))
  const sql = there.flatMap(({ name }) => (wanted.has(name) ? [] : [`drop trigger ${q(name)} on ${at}`]))
  for (const [name, edge] of wanted) {
    const call = `usertwo.forbids_below(${literal(isForeignSql(edge))})`
    const actual = there.find((one) => one.name === name)
    if (actual?.enabled && actual.definition.endsWith(call)) continue
    const of = [...edge.columns, owned!.owner].map(q).join(', ')
    sql.push(
      ...(actual ? [`drop trigger ${q(name)} on ${at}`] : []),
      `create trigger ${q(name)} after insert or update of ${of} on ${at}
  for each row execute function ${call}`,
    )
  }
  if (sql.length === 0) return []
  return [
    { ...step(`${table.id}: rows below what others own`, sql), lock: 'share row exclusive, an instant' },
  ]
}

/** Whether a row (`$1`) references another user's row that the caller can see; for any other the key alone refuses. */
function isForeignSql({ child, parent, columns, target }: ParentEdge): string {
  const on = columns.map((column, place) => `p.${q(target[place]!)} = ($1).${q(column)}`)
  return `select exists (select from ${qualified(parent.table)} p where ${on.join(' and ')} and p.${q(parent.owner)} is distinct from ($1).${q(child.owner)})`
}

function step(name: string, sql: string[]): Step {
  return { kind: 'expand', name, sql: sql.join(';\n'), lock: 'none', risk: 'none', transactional: true }
}
