import type { Queryable } from '../../../../database/catalog/ask.js'
import { literal, q } from '../../../../database/quoted.js'
import { NO_USER, OUTSIDE } from '../../jobs/job-place.js'
import type { Step } from '../step.js'
import type { Resolved } from './ownership-plan.js'

const SETTING = `pg_catalog.current_setting('usertwo.user_id', true)`

/** Types of ids to which no word can be cast. */
const CASTS_FAIL = /^(?:smallint|integer|bigint|numeric|uuid)$/
const REFUSES_JOBS = `\
  if ${SETTING} = '${OUTSIDE}' then
    raise exception using errcode = '${NO_USER}', message = 'usertwo: users'' rows were queried outside every request, without a user';
  end if;
`

/** What the body depends on. */
export type UidParts = Pick<Resolved, 'plan' | 'idType' | 'idBaseType' | 'ownerLiteral'>

/** The function's call in a default or a policy. */
export const UID = 'usertwo.uid()'

/**
 * The body of `usertwo.uid()`, which returns the current user. `none` and `system` yield null, and `outside`
 * is an error, because a job would take no rows for an answer; where it cannot be an id, it is one by itself. Under the request role it is the bound user or null; under any other
 * role the bound user, otherwise the owner, so that without usertwo the app's old code acts as the owner. A local setting
 * that has ended is '' and not null.
 *
 * In PL/pgSQL because that is planned once per connection: a function in SQL is parsed and planned again inside every
 * statement that meets a policy, which costs a query of one row a third of its time. An expression is still prepared
 * once per transaction, at a cost by its length: the bound user comes first, in an expression of its own.
 */
export function uidBody({ plan, idType, idBaseType, ownerLiteral }: UidParts): string {
  const fails = CASTS_FAIL.test(idBaseType)
  return `
begin
  if ${SETTING} <> all ('{none,system,${fails ? '' : `${OUTSIDE},`}""}') then
    return ${SETTING}::${idType};
  end if;
${fails ? '' : REFUSES_JOBS}  if ${SETTING} <> '' or current_user = ${literal(plan.requestRole)} then
    return null;
  end if;
  return ${ownerLiteral};
end
`
}

interface Actual {
  body: string
  requests: string | null
  result: string
  intact: boolean
}

/** Whether the function exists, with the right type and exactly this body and comment. */
export async function uidState(
  client: Queryable,
  resolved: Resolved,
): Promise<'missing' | 'other' | 'current'> {
  const { rows } = await client.query<Actual>(
    `select p.prosrc as body, pg_catalog.obj_description(p.oid, 'pg_proc') as requests, pg_catalog.format_type(p.prorettype, null) as result,
      p.provolatile = 's' and not p.prosecdef and l.lanname = 'plpgsql' and p.proconfig is null
        and coalesce((select pg_catalog.has_function_privilege(r.oid, p.oid, 'execute')
          from pg_catalog.pg_roles r where r.rolname = $1), false) as intact
    from pg_catalog.pg_proc p join pg_catalog.pg_namespace n on n.oid = p.pronamespace
    join pg_catalog.pg_language l on l.oid = p.prolang
    where n.nspname = 'usertwo' and p.proname = 'uid' and p.pronargs = 0`,
    [resolved.plan.requestRole],
  )
  const [actual] = rows
  if (!actual) return 'missing'
  const isCurrent =
    actual.intact &&
    actual.body === uidBody(resolved) &&
    actual.result === resolved.idBaseType &&
    actual.requests === resolved.plan.requestRole
  return isCurrent ? 'current' : 'other'
}

/** Creates schema `usertwo` and the one function in it that requests may call. */
export async function uidSteps(
  client: Queryable,
  resolved: Resolved,
  { firstRun = false }: { firstRun?: boolean } = {},
): Promise<Step[]> {
  const { requestRole, login } = resolved.plan
  const { rows } = await client.query<{ usable: boolean }>(
    `select pg_catalog.bool_and(coalesce(pg_catalog.has_schema_privilege(r.oid, n.oid, 'usage'), false)) as usable
    from pg_catalog.pg_namespace n, pg_catalog.unnest($1::text[]) w(name)
    left join pg_catalog.pg_roles r on r.rolname = w.name where n.nspname = 'usertwo'`,
    [[requestRole, login]],
  )
  const usable = rows[0]?.usable ?? null
  const state = await uidState(client, resolved)
  if (usable && state === 'current') return []
  const sql = [
    ...(usable === null && !firstRun ? ['create schema usertwo'] : []),
    ...(usable ? [] : [`grant usage on schema usertwo to ${q(requestRole)}, ${q(login)}`]),
    ...(state === 'current'
      ? []
      : [
          `create or replace function ${UID} returns ${resolved.idBaseType} language plpgsql stable parallel safe as $uid$${uidBody(resolved)}$uid$`,
          // Defaults and policies call it with the caller's rights, whichever role that is.
          `grant execute on function ${UID} to public`,
          `comment on function ${UID} is ${literal(requestRole)}`,
        ]),
  ]
  return [
    {
      kind: 'expand',
      name: 'usertwo.uid(): who the current user is',
      sql: sql.join(';\n'),
      lock: 'none',
      risk: state === 'other' ? 'changes who every default and policy means, at once' : 'none',
      transactional: true,
    },
  ]
}
