import { partitionsOf } from '../../../../database/catalog/partitions.js'
import type { Policy, Table } from '../../../../database/catalog.js'
import { metIn } from '../rights/forbidden.js'
import { isAsWanted, plain, type WantedPolicy, wantedPolicies } from '../rights/policies.js'
import { openPolicies } from '../switches.js'
import { type LintContext, type OwnershipFinding, RECONCILE } from './finding.js'

const WRITES = /^usertwo_(insert|update|delete)/

/** Checks that row security is on and forced, that its policies are the plan's, and that no wider one was added. */
export function lintRows({ resolved }: LintContext): OwnershipFinding[] {
  const { catalog, lookups, plan, sessions, users } = resolved
  // One that was added later has none yet, and is named for itself.
  const partsOf = (table: Table) =>
    partitionsOf(table, catalog.tables).filter((part) => part.rowSecurity || part.policies.length > 0)
  return [
    ...resolved.owned.flatMap((owned) =>
      [owned.table, ...partsOf(owned.table)].flatMap((table) =>
        lintTable(table, [
          ...wantedPolicies(plan, table, owned.owner, owned.access, metIn(owned, table)),
          ...openPolicies(plan, owned),
        ]),
      ),
    ),
    ...[users, ...partsOf(users)].flatMap((table) =>
      lintTable(table, [...wantedPolicies(plan, table, plan.users.id, 'self'), ...lookups]),
    ),
    ...sessions.flatMap(({ table, policies }) =>
      [table, ...partsOf(table)].flatMap((one) => lintTable(one, policies(one))),
    ),
  ]
}

function lintTable(table: Table, wanted: readonly WantedPolicy[]): OwnershipFinding[] {
  const finding = (rule: string, what: string, fix = RECONCILE) => ({ rule, table: table.id, what, fix })
  const found: OwnershipFinding[] = []
  if (!table.rowSecurity)
    found.push(finding('row-security', 'row security is off: every role sees every row'))
  else if (!table.forced)
    found.push(finding('row-security', "row security is not forced: the table's owner sees every row"))
  for (const policy of wanted) {
    const actual = table.policies.find((one) => one.name === policy.name)
    const rule = WRITES.test(policy.name) ? 'write-policy' : 'select-policy'
    if (!actual) found.push(finding(rule, `policy ${policy.name} is missing`))
    else if (!isAsWanted(actual, policy))
      found.push(finding(rule, `policy ${policy.name} was changed: ${inWords(actual)}`))
  }
  for (const policy of table.policies) {
    const drop = `drop policy "${policy.name}" on ${table.id}; policies are OR-ed, so the widest wins`
    if (policy.permissive && (plain(policy.using) === 'true' || plain(policy.check) === 'true'))
      found.push(finding('always-true', `policy ${policy.name} is always true`, drop))
    if (policy.permissive && !wanted.some((one) => one.name === policy.name))
      found.push(finding('extra-policy', `policy ${policy.name} opens more rows: ${inWords(policy)}`, drop))
  }
  return found
}

function inWords({ command, roles, using, check }: Policy): string {
  const parts = [`for ${command} to ${roles.join(', ')}`]
  if (using) parts.push(`using ${using}`)
  if (check) parts.push(`with check ${check}`)
  return parts.join(' ')
}
