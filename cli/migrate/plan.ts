import type pg from 'pg'
import type { Config } from '../../src/config/config.js'
import { requestRoleOf, requestRoleSql } from '../../src/database/login.js'
import { pendingMigrations } from '../../src/database/migrations/pending.js'
import { inspectUsers } from '../../src/database/migrations/users-table.js'
import { registrationProblems } from '../../src/phases/4-auth/accounts/users-table.js'
import { type Floor, readFloor } from '../../src/phases/6-isolation/schema/floor.js'
import { ownershipPlan } from '../../src/phases/6-isolation/schema/plan/from-config.js'
import type { Identity } from '../../src/phases/6-isolation/schema/plan/identity.js'
import type { OwnershipPlan } from '../../src/phases/6-isolation/schema/plan/ownership-plan.js'
import { planOwnership } from '../../src/phases/6-isolation/schema/plan/plan-ownership.js'
import { standingProblems } from '../../src/phases/6-isolation/schema/standing.js'
import { OwnershipError, type Step } from '../../src/phases/6-isolation/schema/step.js'
import { readRequestRole } from '../../src/phases/6-isolation/start/enforcement.js'

/** One step to come, of the toolkit's own tables or of ownership. */
export type PlannedStep = Pick<Step, 'kind' | 'name' | 'lock' | 'risk' | 'transactional' | 'sql'>

export interface MigrationPlan {
  to: number
  floor: Floor
  steps: PlannedStep[]
  /** What keeps people from registering, or ownership from being planned; empty: nothing. */
  problems: string[]
  /** What the operator has to change elsewhere before these steps run. */
  warnings: string[]
}

const PEOPLE = 3

const HEADINGS = {
  expand: 'expand: the app, old or new, notices nothing',
  enforce: 'enforce: who reaches whose rows; old code goes on as the owner',
  contract: 'contract: only with `migrate up --contract`; afterwards the dial cannot go below 6',
}

/**
 * Every step to a phase, in the order they would run. Reads only.
 *
 * @param client the login that owns the tables
 * @param who as the app connects
 */
export async function planMigration(
  client: pg.Client,
  config: Config,
  to: number,
  who: Identity,
): Promise<MigrationPlan> {
  const floor = await readFloor(client)
  const pending = await pendingMigrations(client, {
    phase: to,
    users: config.users,
    ownerId: config.owner.id,
  })
  const own = pending.map(({ name, lock, risk, sql }): PlannedStep => {
    return { kind: 'expand', name, lock, risk, transactional: true, sql: sql.join(';\n') }
  })
  const problems = to < PEOPLE ? [] : await registrationProblems(client, config.users)
  const privileged = await privilegedLogin(client, who, to)
  if (to < 6) return { to, floor, steps: own, problems, warnings: privileged }
  try {
    const { steps, standing } = await ownership(client, config, who, own.length > 0)
    const backups = steps.some(bringsRowSecurity) ? [backupWarning(who.login)] : []
    const warnings = [...privileged, ...backups, ...standing]
    return { to, floor, steps: [...own, ...steps], problems, warnings }
  } catch (error) {
    if (error instanceof OwnershipError) {
      const more = error.problems.map((problem) => `ownership cannot be planned: ${problem}`)
      return { to, floor, steps: own, problems: [...problems, ...more], warnings: privileged }
    }
    throw error
  }
}

async function ownership(
  client: pg.Client,
  config: Config,
  { database, login, role }: Identity,
  first: boolean,
): Promise<{ steps: PlannedStep[]; standing: string[] }> {
  const sql = await requestRoleSql(client, { database, login })
  const prepared: PlannedStep[] =
    sql.length === 0
      ? []
      : [
          {
            kind: 'expand',
            name: 'request role: the role that requests run in',
            lock: 'none',
            risk: 'needs the right to make roles (--admin URL); belongs to the whole server',
            transactional: true,
            sql: sql.join(';\n'),
          },
        ]
  const plan = await planFor(client, config, { database, role })
  const users = await inspectUsers(client, config.users, config.owner.id)
  const firstRun = first || sql.length > 0
  const steps = await planOwnership(client, plan, { contract: true, firstRun, users })
  const standing = await standingProblems(client, plan, { firstRun, users })
  return { steps: [...prepared, ...steps], standing }
}

async function planFor(
  client: pg.Client,
  config: Config,
  { database, role }: Pick<Identity, 'database' | 'role'>,
): Promise<OwnershipPlan> {
  const known = await readRequestRole(client).catch(() => null)
  return ownershipPlan(config, known ?? requestRoleOf(database), role)
}

/** What is left to warn of after a migration to a phase: the app's login, and what the schema still lets through. */
export async function warningsAfter(
  client: pg.Client,
  config: Config,
  to: number,
  who: Identity,
): Promise<string[]> {
  const privileged = await privilegedLogin(client, who, to)
  if (to < 6) return privileged
  return [...privileged, ...(await standingProblems(client, await planFor(client, config, who)))]
}

const bringsRowSecurity = ({ kind, name }: PlannedStep) =>
  kind === 'enforce' && name.endsWith(': row security')

/** What row security does to backups that worked until then. */
export const backupWarning = (login: string) =>
  `backups: from here on pg_dump as ${login} fails, and with --enable-row-security it leaves out other users' rows without an error; change the jobs to \`usertwo backup FILE\` first (docs/how-to/back-up.md)`

/** The plan for people: grouped by kind, each step with its lock, its risk and its SQL. */
export function planLines({ to, floor, steps, problems, warnings }: MigrationPlan): string[] {
  const groups = (['expand', 'enforce', 'contract'] as const).flatMap((kind) => {
    const own = steps.filter((step) => step.kind === kind)
    return own.length === 0 ? [] : [HEADINGS[kind], ...own.flatMap(stepLines), '']
  })
  return [
    ...groups,
    ...problems,
    ...warnings,
    floorLine(floor),
    steps.length === 0 && problems.length === 0
      ? `nothing to do: at phase ${to}`
      : `${steps.length} steps to phase ${to}; nothing was changed`,
  ]
}

function stepLines({ name, lock, risk, transactional, sql }: PlannedStep): string[] {
  return [
    `  ${name}`,
    `    lock: ${lock}`,
    `    risk: ${risk}${transactional ? '' : '; runs outside a transaction'}`,
    ...sql.split('\n').map((line) => `      ${line}`.trimEnd()),
  ]
}

/** The floor in one line. */
export function floorLine({ dial, because }: Floor): string {
  return `floor: ${dial}${because.length ? ` (${because.join('; ')})` : ', the dial can go back to 0'}`
}

/** The first phase that makes tables. */
const TABLES = 3

/**
 * Returns a warning for a database whose app connects as a superuser or with BYPASSRLS; empty: it does not. Tables of usertwo
 * that such a login makes belong to it, and the plain login of phase 6 cannot change them.
 *
 * @param to the phase that the database is migrated to
 */
async function privilegedLogin(client: pg.Client, { login, role }: Identity, to: number): Promise<string[]> {
  if (to < TABLES) return []
  const { rows } = await client.query(
    'select from pg_roles where rolname = $1 and (rolsuper or rolbypassrls)',
    [role],
  )
  return rows.length === 0
    ? []
    : [
        `login: ${login} is a superuser or has BYPASSRLS, and from phase 6 the app cannot connect as such a login. Make a plain one before the first migration (docs/how-to/hosted-database.md)`,
      ]
}
