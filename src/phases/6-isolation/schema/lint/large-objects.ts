import type { Queryable } from '../../../../database/catalog/ask.js'
import { LARGE_OBJECT_FUNCTIONS } from '../../../../database/large-objects.js'
import type { OwnershipFinding } from './finding.js'

/** What protects the large objects of other users from requests. */
export interface LargeObjects {
  findings: OwnershipFinding[]
  /** the protection, in words for the report */
  note: string
}

const CALL = `(^|[^a-z0-9_$])(${LARGE_OBJECT_FUNCTIONS.join('|')})"?\\s*\\(`
const RULE = 'large-objects'
const REVOKE = 'take it from requests: revoke the right on it from public and from the request role'

const WAYS = `with code as (
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
       and pg_catalog.pg_get_viewdef(c.oid) ~* $3 order by 1) as views`

interface Ways {
  /** functions of large objects that the request role may call */
  open: string[]
  /** functions that call them as their owner */
  definers: string[]
  /** functions and views that call them as the caller */
  others: string[]
  views: string[]
}

/**
 * Looks for a way from a request to large objects: rights of the request role that the connection layer does
 * not check, and functions and views whose calls it cannot see.
 *
 * @param allowed whether the configuration lets requests call these functions
 */
export async function lintLargeObjects(
  client: Queryable,
  { requestRole, allowed }: { requestRole: string; allowed: boolean },
): Promise<LargeObjects> {
  const { rows } = await client.query<Ways>(WAYS, [requestRole, LARGE_OBJECT_FUNCTIONS, CALL])
  const ways = rows[0]!
  const note =
    ways.open.length === 0
      ? 'large objects: requests have no right to call their functions'
      : 'large objects: the connection layer refuses their functions to requests; `usertwo migrate up --admin` also revokes them'
  const open = allowed ? openFindings(ways, requestRole) : hiddenFindings(ways)
  return { findings: [...definerFindings(ways), ...(ways.open.length === 0 ? [] : open)], note }
}

const definerFindings = ({ definers }: Ways): OwnershipFinding[] =>
  definers.map((id) => ({
    rule: RULE,
    table: id,
    what: `function ${id} calls functions of large objects as its owner`,
    fix: `alter function ${id} security invoker`,
  }))

const openFindings = ({ open }: Ways, requestRole: string): OwnershipFinding[] => [
  {
    rule: RULE,
    table: requestRole,
    what: `dangerouslyAllowLargeObjects is set and requests may call ${open.join(', ')}: each user reaches the large objects of every other`,
    fix: 'unset it, or waive this part if these objects are for everybody',
  },
]

const hiddenFindings = ({ others, views }: Ways): OwnershipFinding[] =>
  [...others.map((id) => `function ${id}`), ...views.map((id) => `view ${id}`)].map((one) => ({
    rule: RULE,
    table: one,
    what: `${one} calls functions of large objects, which the connection layer does not see`,
    fix: REVOKE,
  }))
