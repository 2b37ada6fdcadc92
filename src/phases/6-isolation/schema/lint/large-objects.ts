import type { Queryable } from '../../../../database/catalog/ask.js'
import { LARGE_OBJECT_FUNCTIONS } from '../../../../database/large-objects.js'
import type { OwnershipFinding } from './finding.js'

/** What stands between requests and the large objects of other users. */
export interface LargeObjects {
  findings: OwnershipFinding[]
  /** what holds, for the report */
  note: string
}

const CALL = `(^|[^a-z0-9_$])(${LARGE_OBJECT_FUNCTIONS.join('|')})"?\\s*\\(`
const RULE = 'large-objects'
const REVOKE = 'take it from requests: revoke the right on it from public and from the request role'

/**
 * Looks for a way from a request to large objects: rights of the request role that the connection layer does not make up
 * for, and functions and views whose calls it cannot see.
 *
 * @param allowed whether the configuration lets requests call these functions
 */
export async function lintLargeObjects(
  client: Queryable,
  { requestRole, allowed }: { requestRole: string; allowed: boolean },
): Promise<LargeObjects> {
  const { rows } = await client.query<{
    open: string[]
    definers: string[]
    others: string[]
    views: string[]
  }>(
    `with code as (
       select p.oid::regprocedure::text as id, p.prosecdef as definer
       from pg_catalog.pg_proc p join pg_catalog.pg_namespace n on n.oid = p.pronamespace
       where p.prokind in ('f', 'p') and n.nspname not in ('pg_catalog', 'information_schema', 'usertwo')
         and (has_function_privilege($1, p.oid, 'EXECUTE') or p.prorettype = 'trigger'::regtype)
         and case when p.prosrc = 'lo_manage' then exists (select from pg_catalog.pg_trigger t where t.tgfoid = p.oid)
           else pg_catalog.pg_get_functiondef(p.oid) ~* $3 end)
     select
       array(select distinct p.proname::text from pg_catalog.pg_proc p where p.proname = any($2)
         and p.pronamespace = 'pg_catalog'::regnamespace and has_function_privilege($1, p.oid, 'EXECUTE') order by 1) as open,
       array(select id from code where definer order by 1) as definers,
       array(select id from code where not definer order by 1) as others,
       array(select c.oid::regclass::text from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
         where c.relkind = 'v' and n.nspname not in ('pg_catalog', 'information_schema')
           and has_any_column_privilege($1, c.oid, 'SELECT, INSERT, UPDATE')
           and pg_catalog.pg_get_viewdef(c.oid) ~* $3 order by 1) as views`,
    [requestRole, LARGE_OBJECT_FUNCTIONS, CALL],
  )
  const { open, definers, others, views } = rows[0]!
  const found = (table: string, what: string, fix: string): OwnershipFinding => ({
    rule: RULE,
    table,
    what,
    fix,
  })
  const hidden = [...others.map((id) => `function ${id}`), ...views.map((id) => `view ${id}`)]
  const findings = [
    ...definers.map((id) =>
      found(
        id,
        `function ${id} calls functions of large objects as its owner`,
        `alter function ${id} security invoker`,
      ),
    ),
    ...(open.length === 0
      ? []
      : allowed
        ? [
            found(
              requestRole,
              `dangerouslyAllowLargeObjects is set and requests may call ${open.join(', ')}: each user reaches the large objects of every other`,
              'unset it, or waive this part if these objects are for everybody',
            ),
          ]
        : hidden.map((one) =>
            found(
              one,
              `${one} calls functions of large objects, which the connection layer does not see`,
              REVOKE,
            ),
          )),
  ]
  const note =
    open.length === 0
      ? 'large objects: requests have no right to call their functions'
      : 'large objects: the connection layer refuses their functions to requests; `usertwo migrate up --admin` also revokes them'
  return { findings, note }
}
