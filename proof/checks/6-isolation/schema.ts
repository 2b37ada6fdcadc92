import pg from 'pg'
import { type Config, ownedIn } from '../../../src/config/config.js'
import { literal, q, quotedTable } from '../../../src/database/quoted.js'
import type { OwnershipFinding } from '../../../src/phases/6-isolation/schema/lint/finding.js'
import { lintLargeObjects } from '../../../src/phases/6-isolation/schema/lint/large-objects.js'
import { lintOwnership, uniquesOfAll } from '../../../src/phases/6-isolation/schema/lint.js'
import { ownershipPlan } from '../../../src/phases/6-isolation/schema/plan/from-config.js'
import { PARENT_TRIGGER } from '../../../src/phases/6-isolation/schema/plan/parent-triggers.js'
import { readRequestRole } from '../../../src/phases/6-isolation/start/enforcement.js'
import type { Check, Evidence, Finding, Mutant } from '../../gate/check.js'
import type { Gate } from '../../gate/gate.js'
import outgoing from './mutants/connection/outgoing.js'
import transaction from './mutants/connection/transaction.js'

const REFUSAL = 'binding_does_not_last'

/** Proves nothing where no owned row points to another. */
const NO_PARENT_TRIGGER: Mutant = {
  name: 'a foreign parent fails unlike a missing one',
  names: 'a parent of another user does not fail as a missing one does',
  by: {
    sql: `do $$ declare t regclass; begin
      for t in select tgrelid::regclass from pg_trigger where tgname = '${PARENT_TRIGGER}' and tgparentid = 0
      loop execute format('drop trigger %I on %s', '${PARENT_TRIGGER}', t); end loop; end $$`,
  },
}

export const schemaCheck: Check = {
  id: 'isolation.schema',
  title: 'Every owned table separates users by itself: forced policies, owners, keys, plain request role',
  proves: ['S6', 'T1'],
  fix: 'Run: usertwo migrate up. What it cannot repair is reported with its fix; if the binding of a query does not last, see binding_does_not_last in docs/errors.md.',
  async run({ config, database, proving, bindingLasts }) {
    const client = new pg.Client({ connectionString: database.url })
    await client.connect()
    try {
      const login = (await client.query<{ login: string }>('select current_user::text as login')).rows[0]!
        .login
      const requestRole = await readRequestRole(client)
      const plan = ownershipPlan(config, requestRole, login)
      const found = await lintOwnership(client, plan)
      const uniques = await uniquesOfAll(client, plan)
      const objects = await lintLargeObjects(client, {
        requestRole,
        allowed: config.dangerouslyAllowLargeObjects === true,
      })
      const problems: Evidence[] = [
        ...found.map(evidenceOf),
        ...objects.findings.map((one) => ({ ...evidenceOf(one), part: 'large objects' })),
      ]
      const tables = Object.keys(config.tables).length + 1
      const { rowCount } = await client.query(`select from pg_trigger where tgname = '${PARENT_TRIGGER}'`)
      const ignored: Finding['ignored'] = rowCount
        ? {}
        : { [NO_PARENT_TRIGGER.name]: 'no row of a user points to another' }
      if (proving && problems.length > 0) return { exercised: tables, unit: 'tables', problems, ignored }
      return {
        exercised: tables,
        unit: 'tables',
        ignored,
        ...withNotes(problems, await tried(bindingLasts), [objects.note, ...uniques]),
      }
    } finally {
      await client.end()
    }
  },
  mutants: (config) => [
    ...ownedIn(config).map(([table]) => ({
      name: `row security of ${table} not forced`,
      names: new RegExp(`forced[^]*${table}$`),
      by: { sql: `alter table ${quotedTable(table)} no force row level security` },
    })),
    ...defectsOf(config),
    NO_PARENT_TRIGGER,
    {
      name: 'requests may call the functions of large objects',
      names: 'dangerouslyAllowLargeObjects is set and requests may call',
      by: {
        config: (config) => ({ ...config, dangerouslyAllowLargeObjects: true }),
      },
    },
    {
      name: 'a function reads large objects as its owner',
      names: 'function any_object',
      by: {
        sql: `create function any_object(id oid) returns bytea language sql security definer as 'select lo_get(id)'`,
      },
    },
    {
      name: 'the transaction of a query text stays open after its answer',
      names: 'answered a query and left its transaction open',
      refuses: true,
      by: { replace: [outgoing.leftOpen] },
    },
    {
      name: 'the transaction of a query text stays open, but is reported as over',
      names: 'for others its transaction is in progress',
      refuses: true,
      by: { replace: [outgoing.leftOpen, transaction.unsaid] },
    },
    {
      name: 'an unclassified table',
      names: 'is not classified; requests cannot reach it',
      by: { sql: 'create table diary (id serial primary key, text text)' },
    },
  ],
}

/**
 * Returns what the app's own start found about bound queries on this server: the copies of pg that tried one,
 * or the reason for which the start was refused.
 */
async function tried(bindingLasts: Gate['bindingLasts']): Promise<string[] | string | null> {
  try {
    return await bindingLasts()
  } catch (error) {
    if (error instanceof Error && error.message.includes(REFUSAL)) return error.message
    throw error
  }
}

const evidenceOf = ({ rule, table, what, fix, part }: OwnershipFinding): Evidence => ({
  what: `${what} (${rule}); ${fix}`,
  table,
  ...(part && { part }),
})

function withNotes(
  problems: Evidence[],
  said: string[] | string | null,
  more: string[],
): Pick<Finding, 'problems' | 'unproven' | 'notes'> {
  if (typeof said === 'string') return { problems: [...problems, { what: said }] }
  if (!said)
    return {
      problems,
      unproven: [{ what: 'the app did not test at its start whether the binding of a query lasts' }],
    }
  return {
    problems,
    notes: [`the binding of a query to its user lasts, as tested by ${said.join(', ')}`, ...more],
  }
}

/** Mutants that a careless migration could make of the first owned table. */
function defectsOf(config: Config): Mutant[] {
  const [first] = ownedIn(config)
  if (!first) return []
  const [name, { owner }] = first
  const table = quotedTable(name)
  return [
    {
      name: 'an always-true policy next to the others',
      names: 'policy open',
      by: { sql: `create policy open on ${table} using (true)` },
    },
    {
      name: 'a WITH CHECK that accepts every row',
      names: /policy \S+ was changed/,
      by: { sql: everyPolicy(name, 'with check (true)') },
    },
    {
      name: 'the owner’s id left as the default',
      names: /default/,
      by: { sql: `alter table ${table} alter ${q(owner)} set default '${config.owner.id}'` },
    },
    ...triggerDefects(table, q(owner), config.owner.id),
    {
      name: 'a function that becomes the owner',
      names: 'changes who the current user is',
      by: {
        sql: `create function become() returns void language sql
          as $$ select set_config('usertwo.user_id', '${config.owner.id}', true) $$`,
      },
    },
    {
      name: 'the request role may truncate',
      names: /requests may .*truncate/i,
      by: {
        sql: `do $$ declare r text; begin select obj_description('usertwo.uid()'::regprocedure, 'pg_proc') into r;
          execute format('grant truncate on ${table} to %I', r); end $$`,
      },
    },
  ]
}

/** Triggers and rules that act past the policies. */
function triggerDefects(table: string, owner: string, id: number | string): Mutant[] {
  return [
    {
      name: 'a trigger that writes as the table’s owner',
      names: 'noted',
      by: {
        sql: `create function noted() returns trigger language plpgsql security definer as 'begin return new; end';
          create trigger noted before insert on ${table} for each row execute function noted()`,
      },
    },
    {
      name: 'a trigger that gives each row to the owner',
      names: 'trigger given',
      by: {
        sql: `create function given() returns trigger language plpgsql as
            'begin new.${owner} := ''${id}''; return new; end';
          create trigger given before insert on ${table} for each row execute function given()`,
      },
    },
    {
      name: 'a rule that acts when rows are deleted',
      names: 'rule told',
      by: { sql: `create rule told as on delete to ${table} do also notify told` },
    },
  ]
}

/** Changes every policy of a table that has a check. */
function everyPolicy(table: string, change: string): string {
  return `do $$ declare p record; begin for p in select polname from pg_policy
    where polrelid = ${literal(quotedTable(table))}::regclass and polcmd <> 'r' and polwithcheck is not null
    loop execute format('alter policy %I on ${quotedTable(table)} ${change}', p.polname); end loop; end $$`
}
