import type { Queryable } from '../../../../database/catalog/ask.js'
import { functionBodies } from '../../../../database/catalog/function-bodies.js'
import { withPartitions } from '../../../../database/catalog/partitions.js'
import type { Table } from '../../../../database/catalog.js'
import { literal, q, qualified } from '../../../../database/quoted.js'
import { FORBIDDEN } from '../../requests/forbidden.js'
import { tellingKeys } from '../keys/by-key.js'
import { byKeyPattern } from '../keys/by-key-pattern.js'
import type { Owned, Resolved } from '../plan/ownership-plan.js'
import { ownName, type Step } from '../step.js'

const VERBS = ['update', 'delete'] as const
const MET = 'usertwo.met(oid)'
const FORBIDS = 'usertwo.forbids()'
const NOW = 'extract(epoch from pg_catalog.statement_timestamp())::text'

/** Called by the policies of a readable table for each other user's row that a write reaches. It opens none. */
export const MET_BODY = `
begin
  perform pg_catalog.set_config('usertwo.met_' || in_table, ${NOW}, true);
  return false;
end
`

/**
 * Runs at the end of a write on a readable table. Refuses a write that names its rows by key and has reached
 * none of the user's own, but another user's. Any other write is restricted to the user's own rows, and may
 * find none: "all that are done".
 */
export const FORBIDS_BODY = `
declare
  slot text := 'usertwo.met_' || tg_relid;
begin
  if pg_catalog.current_setting(slot, true) is distinct from ${NOW} then return null; end if;
  perform pg_catalog.set_config(slot, '', true);
  if exists (select from changed) then return null; end if;
  if pg_catalog.substring(pg_catalog.regexp_replace(pg_catalog.current_query(), $text$'(?:[^']|'')*'$text$, $text$''$text$, 'g'),
    '(?i)\\mwhere\\M(.*)$') ~* ('^(?:' || tg_argv[0] || ')') then
    raise exception using errcode = '${FORBIDDEN}', schema = tg_table_schema, table = tg_table_name,
      message = pg_catalog.format('forbidden: a row of "%s" that everybody reads is changed by its owner only', tg_table_name);
  end if;
  return null;
end
`

/** Returns the keys by which writes name rows, if such writes of other users' rows are refused. */
function refusedKeys({ table, owner, access, enforcement = 'enforce' }: Owned): string[][] {
  return access === 'readable' && enforcement === 'enforce' ? tellingKeys(table, owner) : []
}

/**
 * Returns the table that a refused write names, in SQL; null: its writes are not refused.
 * @param part the table, or a partition of it
 */
export function metIn(owned: Owned, part: Table = owned.table): string | null {
  if (refusedKeys(owned).length === 0) return null
  // A row is in a partition that the statement need not name.
  return part.kind === 'partitioned'
    ? `${literal(qualified(part))}::pg_catalog.regclass::pg_catalog.oid`
    : 'tableoid'
}

/** Steps for the functions and their triggers. The second list is for after the policies. */
export async function forbiddenSteps(
  client: Queryable,
  { owned, catalog }: Resolved,
): Promise<{ before: Step[]; after: Step[] }> {
  const patterns = new Map(
    owned.flatMap((one) => {
      const keys = refusedKeys(one)
      if (keys.length === 0) return []
      return withPartitions(one.table, catalog.tables).map(
        (table) => [table, byKeyPattern(table.name, keys)] as const,
      )
    }),
  )
  const bodies = await functionBodies(client)
  const isThere = bodies.get('met') === MET_BODY && bodies.get('forbids') === FORBIDS_BODY
  const before =
    patterns.size > 0 && !isThere
      ? [
          step('usertwo.forbids(): writes of rows that others own', [
            `create or replace function usertwo.met(in_table oid) returns boolean language plpgsql volatile as $met$${MET_BODY}$met$`,
            // Policies call it with the caller's rights; it opens nothing.
            `grant execute on function ${MET} to public`,
            `create or replace function ${FORBIDS} returns trigger language plpgsql as $forbids$${FORBIDS_BODY}$forbids$`,
          ]),
        ]
      : []
  const gone = patterns.size === 0 && (bodies.has('met') || bodies.has('forbids'))
  return {
    before,
    after: [
      ...catalog.tables.flatMap((table) => triggerSteps(table, patterns.get(table))),
      ...(gone
        ? [
            {
              ...step('usertwo.forbids(): no readable table', [
                `drop function if exists ${FORBIDS}`,
                `drop function if exists ${MET}`,
              ]),
              kind: 'enforce' as const,
            },
          ]
        : []),
    ],
  }
}

function triggerSteps(table: Table, pattern: string | undefined): Step[] {
  const at = qualified(table)
  const sql = VERBS.flatMap((verb) => {
    const name = ownName('forbids', verb)
    const call = `usertwo.forbids(${literal(pattern ?? '')})`
    const actual = table.triggers.find((one) => one.name === name)
    if (pattern === undefined ? !actual : actual?.enabled && actual.definition.endsWith(call)) return []
    return [
      ...(actual ? [`drop trigger ${q(name)} on ${at}`] : []),
      ...(pattern === undefined
        ? []
        : [
            `create trigger ${q(name)} after ${verb} on ${at}
  referencing old table as changed for each statement execute function ${call}`,
          ]),
    ]
  })
  if (sql.length === 0) return []
  return [
    { ...step(`${table.id}: writes of rows that others own`, sql), lock: 'share row exclusive, an instant' },
  ]
}

function step(name: string, sql: string[]): Step {
  return { kind: 'expand', name, sql: sql.join(';\n'), lock: 'none', risk: 'none', transactional: true }
}
