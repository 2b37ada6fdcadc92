import type { Policy, Table } from '../../../../database/catalog.js'
import { literal, q, qualified } from '../../../../database/quoted.js'
import type { OwnedAccess, OwnershipPlan, Resolved } from '../plan/ownership-plan.js'
import { UID } from '../plan/uid.js'
import { keepRowSecurity, rowSecurityAsBefore, rowSecurityBefore } from '../replaced.js'
import type { Step } from '../step.js'

/** A policy as it should be. `using` and `check` are SQL. */
export interface WantedPolicy {
  name: string
  command: Policy['command']
  /** Names of roles, or `public` for all of them. */
  roles: readonly string[]
  using: string | null
  check: string | null
}

// Not `(select …)`: planning the sub-select costs each statement more than the call. The planner knows the
// cost of the call and uses the owner's index, or calls it only once if the query names the owner itself.
export const ME = UID
/** The prefix of policies that open owned rows to all logged-in users. */
export const OPEN = 'usertwo_open_'
/** For policies whose expression names the request role, and where the app let every role in. */
export const EVERY_ROLE: readonly string[] = ['public']
/** Policies that open a user's own rows. */
const OWN_ROWS = /^usertwo_(?:select|insert|update|delete|owner)$/
/** The policies of the login: each table has one. Its comment keeps how row security was before. */
const KEEPERS = ['usertwo_system', 'usertwo_login']
const SETTING = `pg_catalog.current_setting('usertwo.user_id', true)`

/**
 * Returns separate select and write policies, for the request role and the app's old login alike; `rolesOfOwnRows` decides
 * which other roles have them. All logged-in users read readable tables, but only under the request role, so that old code still sees only
 * the owner's rows. The system has a policy of its own, for the login and never for the request role.
 *
 * @param met the table that `usertwo.forbids` needs to know of where a write reached another user's row, in SQL; null: none
 */
export function wantedPolicies(
  plan: Resolved['plan'],
  table: Table,
  column: string,
  access: OwnedAccess['access'] | 'self',
  met: string | null = null,
): WantedPolicy[] {
  const own = isOwnRow(table, column)
  const request = literal(plan.requestRole)
  const system = `${SETTING} = 'system' and current_user <> ${request}`
  const roles = rolesOfOwnRows(plan, table)
  return [
    { name: 'usertwo_select', command: 'select', roles, using: own, check: null },
    { name: 'usertwo_insert', command: 'insert', roles, using: null, check: own },
    { name: 'usertwo_update', command: 'update', roles, using: own, check: own },
    { name: 'usertwo_delete', command: 'delete', roles, using: own, check: null },
    { name: 'usertwo_system', command: 'all', roles: [plan.login], using: system, check: system },
    ...(access === 'readable'
      ? [
          {
            name: 'usertwo_readable',
            command: 'select' as const,
            roles: EVERY_ROLE,
            using: everyoneSignedIn(plan),
            check: null,
          },
        ]
      : []),
    ...(met === null ? [] : [whereMet(plan, 'update', met), whereMet(plan, 'delete', met)]),
  ]
}

/** Whether a row is the current user's, in SQL; a domain is cast, as PostgreSQL would print it. */
export function isOwnRow({ columns }: Table, owner: string): string {
  const found = columns.find(({ name }) => name === owner)
  return `${q(owner)}${found?.isDomain ? `::${found.baseType}` : ''} = ${ME}`
}

/**
 * Returns the roles for which the policies open a user's own rows. Outside requests every role counts as the owner, so where
 * the app had row security on, they are its login, its requests and the table's owner: any other role that has a right to
 * the table, as `anon` of Supabase does, is still kept out, unless a policy of the app lets it in. Elsewhere they are all
 * roles, which reached the rows before.
 */
export function rolesOfOwnRows({ login, requestRole }: OwnershipPlan, table: Table): readonly string[] {
  return wasClosed(table) ? [...new Set([login, requestRole, table.owner])] : EVERY_ROLE
}

/** Whether the app had row security on before usertwo came. */
function wasClosed(table: Table): boolean {
  const before = rowSecurityBefore(table)
  if (before) return before.on
  return table.policies.some(({ name, roles }) => OWN_ROWS.test(name) && !roles.includes('public'))
}

/** Lets nothing pass. Its name sorts after the policy for the user's own rows, so it sees only other users'. */
function whereMet(plan: OwnershipPlan, command: 'update' | 'delete', met: string): WantedPolicy {
  return {
    name: `usertwo_${command}_met`,
    command,
    roles: EVERY_ROLE,
    using: `${everyoneSignedIn(plan)} and usertwo.met(${met})`,
    check: command === 'update' ? 'false' : null,
  }
}

/** Whether a request has a user, in SQL. */
export function everyoneSignedIn({ requestRole }: OwnershipPlan): string {
  return `${ME} is not null and current_user = ${literal(requestRole)}`
}

/** Whether a policy is exactly the wanted one. */
export function isAsWanted(actual: Policy, wanted: WantedPolicy): boolean {
  return (
    actual.permissive &&
    actual.command === wanted.command &&
    String([...new Set(actual.roles)].sort()) === String([...wanted.roles].sort()) &&
    plain(actual.using) === plain(wanted.using) &&
    plain(actual.check) === plain(wanted.check)
  )
}

/**
 * Removes from an expression what PostgreSQL adds or changes when it prints it: parentheses, capitals,
 * quotes, output names, casts between text types. usertwo's expressions mean the same however they are
 * bracketed, so no other expression prints the same.
 */
export function plain(expression: string | null): string | null {
  return (
    expression
      ?.replace(/\b(?:SELECT|AS|AND|IS NOT NULL|CURRENT_USER)\b/g, (word) => word.toLowerCase())
      .replace(/"([a-z_][a-z0-9_]*)"/g, '$1')
      .replace(/ as (uid|current_setting)\b/g, '')
      .replace(/::(text|name|character varying|bpchar)\b/g, '')
      .replace(/\bpg_catalog\./g, '')
      .replace(/[\s()]+/g, '') ?? null
  )
}

export function isOpenPolicy({ name }: { name: string }): boolean {
  return name.startsWith(OPEN)
}

/** Steps that create, replace or remove policies; they do nothing until row security is on. */
export function policySteps(table: Table, wanted: readonly WantedPolicy[]): Step[] {
  const at = qualified(table)
  const drop = (name: string) => `drop policy ${q(name)} on ${at}`
  const before = rowSecurityBefore(table)
  const keep = ({ name }: WantedPolicy) =>
    before && KEEPERS.includes(name)
      ? [`comment on policy ${q(name)} on ${at} is ${literal(keepRowSecurity(before))}`]
      : []
  const sql = wanted.flatMap((policy) => {
    const actual = table.policies.find((one) => one.name === policy.name)
    if (actual && isAsWanted(actual, policy)) return []
    return [...(actual ? [drop(policy.name)] : []), createPolicySql(at, policy), ...keep(policy)]
  })
  const surplus = table.policies.filter(
    (policy) =>
      policy.name.startsWith('usertwo_') &&
      !isOpenPolicy(policy) &&
      !wanted.some((one) => one.name === policy.name),
  )
  const all = [...surplus.map((policy) => drop(policy.name)), ...sql]
  if (all.length === 0) return []
  return [
    {
      kind: 'expand',
      name: `${table.id}: policies`,
      sql: all.join(';\n'),
      lock: 'access exclusive, an instant',
      risk: table.rowSecurity ? 'row security is on: works at once' : 'none until row security is on',
      transactional: true,
    },
  ]
}

/** Turns on row security, for the table's owner too. */
export function rowSecuritySteps(table: Table): Step[] {
  if (table.rowSecurity && table.forced) return []
  return [
    {
      kind: 'enforce',
      name: `${table.id}: row security`,
      sql: `alter table ${qualified(table)} enable row level security, force row level security`,
      lock: 'access exclusive, an instant',
      risk: "from here on every role sees its own user's rows only",
      transactional: true,
    },
  ]
}

/**
 * Removes usertwo's policies from a table that is no longer owned, and gives back row security as it was before; other
 * policies stay.
 */
export function withoutRowSecuritySteps(table: Table): Step[] {
  const ours = table.policies.filter((policy) => policy.name.startsWith('usertwo_'))
  if (ours.length === 0) return []
  const at = qualified(table)
  // Of policies that an earlier version made it was not kept: it is on for as long as the app has policies.
  const left = ours.length < table.policies.length
  const before = rowSecurityBefore(table) ?? { on: left, forced: left }
  return [
    {
      kind: 'enforce',
      name: `${table.id}: no longer kept apart by user`,
      sql: [
        ...ours.map((policy) => `drop policy ${q(policy.name)} on ${at}`),
        ...rowSecurityAsBefore(at, before),
      ].join(';\n'),
      lock: 'access exclusive, an instant',
      risk: 'its rows have no user any more',
      transactional: true,
    },
  ]
}

export function createPolicySql(at: string, { name, command, roles, using, check }: WantedPolicy): string {
  return (
    `create policy ${q(name)} on ${at} for ${command} to ${roles.map((role) => (role === 'public' ? role : q(role))).join(', ')}` +
    `${using ? `\n  using (${using})` : ''}${check ? `\n  with check (${check})` : ''}`
  )
}
