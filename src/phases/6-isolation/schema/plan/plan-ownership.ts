import { type Queryable, withSettings } from '../../../../database/catalog/ask.js'
import { withPartitions } from '../../../../database/catalog/partitions.js'
import { readCatalog, type Table } from '../../../../database/catalog.js'
import type { UsersTable } from '../../../../database/migrations/users-table.js'
import { q, qualified } from '../../../../database/quoted.js'
import { readUpserts } from '../keys/named-uniques.js'
import { ownKeySteps } from '../keys/own-keys.js'
import { indexSteps, keySteps } from '../keys/owner-keys.js'
import { perUserUniqueSteps } from '../keys/per-user-uniques.js'
import { readUniques } from '../keys/unique-indexes.js'
import { withoutLateParts } from '../partitions/late.js'
import { beyondTables } from '../rights/beyond-tables.js'
import { forbiddenSteps, metIn } from '../rights/forbidden.js'
import { forbiddenBelowSteps } from '../rights/forbidden-below.js'
import { grantSteps } from '../rights/grants.js'
import { passesSteps } from '../rights/passes.js'
import { policySteps, rowSecuritySteps, wantedPolicies, withoutRowSecuritySteps } from '../rights/policies.js'
import { OwnershipError, type Step } from '../step.js'
import { assertParentsFirst, openPolicies, switchSteps } from '../switches.js'
import { ownerColumnSteps, readRowTypes } from './owner-column.js'
import { type Owned, type OwnershipPlan, type Resolved, resolvePlan } from './ownership-plan.js'
import { parentTriggerSteps } from './parent-triggers.js'
import { type ParentEdge, parentEdges, parentsFirst } from './parents.js'
import { uidSteps } from './uid.js'
import { isToCome, withUsersToCome } from './users-to-come.js'

/** PostgreSQL 12 uses a validated check for SET NOT NULL instead of a scan. */
const OLDEST = 120000

export interface PlanOptions {
  /** Also the steps that break old code; default: no. */
  contract?: boolean
  /** Before the first migration: the request role and usertwo's schema will exist by then; default: no. */
  firstRun?: boolean
  /** whether partitions that came since the last migration may stay closed to requests; default: they are opened */
  lateParts?: 'opened' | 'closed'
  /** the users table as it is, or as usertwo is about to make it; default: as in the catalog */
  users?: UsersTable
}

/**
 * Returns what the catalog lacks of the plan, in the order of execution; empty if nothing is to do. Reads only.
 *
 * @param client a connection of its own, as a role that owns the tables: the app's login or a superuser
 * @throws OwnershipError if the plan and the database do not fit
 */
export async function planOwnership(
  client: Queryable,
  plan: OwnershipPlan,
  { contract = false, firstRun = false, lateParts = 'opened', users: known }: PlanOptions = {},
): Promise<Step[]> {
  return withSettings(client, { 'usertwo.user_id': 'system' }, async () => {
    await assertFit(client, plan)
    const catalog = withUsersToCome(await readCatalog(client), known)
    const looked = lateParts === 'closed' ? withoutLateParts(catalog, plan) : catalog
    const resolved = await resolvePlan(client, plan, looked, { firstRun })
    assertParentsFirst(resolved.owned)
    const steps = await stepsOf(client, resolved, firstRun)
    const kinds: Step['kind'][] = ['expand', 'enforce', ...(contract ? (['contract'] as const) : [])]
    return kinds.flatMap((kind) => steps.filter((step) => step.kind === kind))
  })
}

/** All steps; those of one kind are in the order of execution. */
async function stepsOf(client: Queryable, resolved: Resolved, firstRun: boolean): Promise<Step[]> {
  const edges = parentEdges(resolved)
  const ordered = parentsFirst(resolved, edges)
  const columns = await columnSteps(client, resolved, ordered, edges)
  const uniques = await readUniques(
    client,
    ordered.map((owned) => owned.table.oid),
  )
  const upserts = await readUpserts(client)
  const passes = await passesSteps(client, resolved)
  const forbidden = await forbiddenSteps(client, resolved)
  const below = await forbiddenBelowSteps(client, resolved, edges)
  const guarded = [...[...ordered, ...resolved.sessions].map(({ table }) => table), resolved.users].flatMap(
    partsIn(resolved),
  )
  const apart = [...resolved.reference, ...resolved.closed, ...resolved.unclassified]
    .flatMap(partsIn(resolved))
    .filter((table) => !guarded.includes(table))
  return [
    ...(await uidSteps(client, resolved, { firstRun })),
    ...passes.before,
    ...forbidden.before,
    ...below.before,
    ...columns,
    ...ordered.flatMap((owned) => indexSteps(owned, edges, resolved.catalog.tables)),
    ...ordered.flatMap((owned) => perUserUniqueSteps(owned, resolved, uniques, upserts)),
    ...ordered.flatMap((owned) => keySteps(resolved, owned, edges)),
    ...policiesOf(resolved, ordered),
    ...passes.after,
    ...(await grantSteps(client, resolved)),
    ...(await beyondTables(client, resolved)).steps,
    ...(await ownKeySteps(client, resolved)),
    ...guarded.flatMap(rowSecuritySteps),
    ...apart.flatMap(withoutRowSecuritySteps),
    ...forbidden.after,
    ...below.after,
    ...(await parentTriggerSteps(client, resolved, edges)),
  ]
}

async function columnSteps(
  client: Queryable,
  resolved: Resolved,
  ordered: readonly Owned[],
  edges: readonly ParentEdge[],
): Promise<Step[]> {
  const severalUsers = await hasSeveralUsers(client, resolved)
  const { kept, ofType } = await readRowTypes(client, ordered)
  const typed = ordered.filter(({ table }) => ofType.has(table.oid))
  if (typed.length > 0)
    throw new OwnershipError(
      typed.map(
        ({ table }) =>
          `${table.id} is a table of a type, to which PostgreSQL adds no owner column; make it a plain one, with the same columns: alter table ${qualified(table)} not of`,
      ),
    )
  const steps: Step[] = []
  for (const owned of ordered) {
    const isKept = kept.has(owned.table.oid)
    const facts = { edges, severalUsers, isKept, hasNulls: isKept || (await hasNulls(client, owned)) }
    steps.push(...ownerColumnSteps(resolved, owned, facts))
  }
  return steps
}

/** The policies of each table, and which of them are in force. */
function policiesOf(resolved: Resolved, ordered: readonly Owned[]): Step[] {
  const { plan, users, sessions, lookups } = resolved
  const parts = partsIn(resolved)
  return [
    ...ordered.flatMap((owned) =>
      parts(owned.table).flatMap((table) =>
        policySteps(table, wantedPolicies(plan, table, owned.owner, owned.access, metIn(owned, table))),
      ),
    ),
    ...parts(users).flatMap((table) =>
      policySteps(table, [...wantedPolicies(plan, table, plan.users.id, 'self'), ...lookups]),
    ),
    ...sessions.flatMap(({ table, policies }) =>
      parts(table).flatMap((one) => policySteps(one, policies(one))),
    ),
    ...ordered.flatMap((owned) =>
      parts(owned.table).flatMap((table) => switchSteps(table, openPolicies(plan, owned), owned.enforcement)),
    ),
    ...parts(users).flatMap((table) => switchSteps(table, [])),
  ]
}

/** A table with its partitions, which are asked by their own policies when a statement names them. */
const partsIn =
  ({ catalog }: Resolved) =>
  (table: Table) =>
    withPartitions(table, catalog.tables)

/** Whether there are users besides the owner: then a child's owner is its parent's, and not simply the owner. */
export async function hasSeveralUsers(client: Queryable, { users }: Resolved): Promise<boolean> {
  if (isToCome(users)) return false
  const { rowCount } = await client.query(`select 1 from ${qualified(users)} limit 2`)
  return rowCount === 2
}

async function hasNulls(client: Queryable, { table, column, owner }: Owned): Promise<boolean> {
  if (!column?.nullable) return false
  const { rowCount } = await client.query(
    `select 1 from ${qualified(table)} where ${q(owner)} is null limit 1`,
  )
  return rowCount === 1
}

async function assertFit(client: Queryable, { login }: OwnershipPlan): Promise<void> {
  const { rows } = await client.query<{ version: number; role: string; sees: boolean }>(
    `select pg_catalog.current_setting('server_version_num')::int as version, current_user as role,
      r.rolsuper or r.rolbypassrls or coalesce(
        (select pg_catalog.pg_has_role(current_user, l.oid, 'usage') from pg_catalog.pg_roles l where l.rolname = $1),
        true) as sees
    from pg_catalog.pg_roles r where r.rolname = current_user`,
    [login],
  )
  const [found] = rows
  if (!found)
    throw new OwnershipError(['the role of this connection could not be read; connect as the login'])
  const problems: string[] = []
  if (found.version < OLDEST)
    problems.push(`PostgreSQL ${Math.floor(found.version / 10000)} is too old; 12 or newer is needed`)
  if (!found.sees)
    problems.push(
      `${found.role} does not see every row once policies stand; connect as ${login} or a superuser`,
    )
  if (problems.length > 0) throw new OwnershipError(problems)
}
