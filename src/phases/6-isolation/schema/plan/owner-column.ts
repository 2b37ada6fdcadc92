import type { Queryable } from '../../../../database/catalog/ask.js'
import { leavesOf } from '../../../../database/catalog/partitions.js'
import { ADDED, type Table } from '../../../../database/catalog.js'
import { q, qualified } from '../../../../database/quoted.js'
import { keepColumn } from '../replaced.js'
import { ownName, type Step } from '../step.js'
import type { Owned, Resolved } from './ownership-plan.js'
import { closedEdges, type ParentEdge } from './parents.js'
import { UID } from './uid.js'

const BRIEF = 'access exclusive, an instant'

/** Facts about the table and its parents that decide how the column is filled. */
interface Facts {
  edges: readonly ParentEdge[]
  severalUsers: boolean
  hasNulls: boolean
  /** a column of a table keeps its rows as values, so that the new column comes without a default, and is filled */
  isKept: boolean
}

type MakeStep = (kind: Step['kind'], what: string, sql: string, rest?: Partial<Step>) => Step

/** Returns the steps until a table's owner column exists, is filled, is never null, and is stamped with the current user. */
export function ownerColumnSteps(resolved: Resolved, owned: Owned, facts: Facts): Step[] {
  const { table, column, owner } = owned
  const { idType, ownerLiteral } = resolved
  const at = qualified(table)
  const step = stepOn(owned)
  const parents = facts.edges.filter((edge) => edge.child === owned && edge.parent !== owned)
  const derived = parents.length > 0 && facts.severalUsers
  const added = !column || (column.comment ?? '').startsWith(ADDED)
  const steps: Step[] = []
  const kept = column && !added && column.default !== UID ? keepColumn(table, column) : []
  if (!column) {
    const made = `alter table ${at} add column ${q(owner)} ${idType}`
    const filled = facts.isKept
      ? `${made};\nalter table ${at} alter column ${q(owner)} set default ${ownerLiteral};\n`
      : `${made} not null default ${ownerLiteral};\n`
    const marked = `comment on column ${at}.${q(owner)} is '${ADDED}'`
    steps.push(step('expand', `owner column ${owner}`, filled + marked))
  }
  // While the default is still the literal, every value is usertwo's own guess and may be corrected.
  if (added && derived && column?.default !== UID)
    steps.push(...batched(resolved, owned, `${owner} of its parents`, parents, 'is distinct from'))
  if (column?.default !== UID)
    steps.push(
      step(
        added ? 'enforce' : 'expand',
        `default of ${owner} is the current user`,
        [...kept, `alter table ${at} alter column ${q(owner)} set default ${UID}`].join(';\n'),
      ),
    )
  if (!(column ? column.nullable : facts.isKept)) return steps
  return [
    ...steps,
    ...(facts.hasNulls
      ? batched(resolved, owned, `${owner} where it is null`, derived ? parents : [], 'is null')
      : []),
    ...notNullSteps(owned, kept),
  ]
}

const stepOn =
  ({ table }: Owned): MakeStep =>
  (kind, what, sql, rest = {}) => ({
    kind,
    name: `${table.id}: ${what}`,
    sql,
    lock: BRIEF,
    risk: 'waits behind long transactions, with a short timeout',
    transactional: true,
    ...rest,
  })

/** One step for each table that holds rows: their places (ctid) are those in one partition. */
function batched(
  resolved: Resolved,
  owned: Owned,
  what: string,
  parents: readonly ParentEdge[],
  when: When,
): Step[] {
  return leavesOf(owned.table, resolved.catalog.tables).map((leaf) => {
    const title = leaf === owned.table ? what : `${what}, in ${leaf.id}`
    return stepOn(owned)('expand', title, deriveSql(resolved, leaf, owned.owner, parents, when), {
      lock: 'row locks of one batch',
      risk: "fires the table's own update triggers",
      transactional: false,
      batches: qualified(leaf),
    })
  })
}

type When = 'is null' | 'is distinct from'

/** Adds, validates and then replaces a check by NOT NULL: no step holds a lock during a whole scan. */
function notNullSteps(owned: Owned, kept: readonly string[]): Step[] {
  const { table, owner } = owned
  const at = qualified(table)
  const step = stepOn(owned)
  const check = ownName(table.name, owner, 'not_null')
  const existing = table.checks.find((one) => one.name === check)
  const added = step(
    'expand',
    `${owner} is never null, for new rows`,
    `alter table ${at} add constraint ${q(check)} check (${q(owner)} is not null) not valid`,
  )
  const validated = step(
    'expand',
    `${owner} is never null, checked`,
    `alter table ${at} validate constraint ${q(check)}`,
    { lock: 'share update exclusive, one scan', risk: 'reads the whole table; writes go on' },
  )
  const exchanged = step(
    'expand',
    `${owner} not null`,
    [
      ...kept,
      `alter table ${at} alter column ${q(owner)} set not null`,
      `alter table ${at} drop constraint ${q(check)}`,
    ].join(';\n'),
  )
  return [...(existing ? [] : [added]), ...(existing?.validated ? [] : [validated]), exchanged]
}

function deriveSql(
  { ownerLiteral }: Resolved,
  table: Table,
  owner: string,
  parents: readonly ParentEdge[],
  when: When,
): string {
  const at = qualified(table)
  // The writer of a row under another user's readable row need not be that user, so such a parent is the least reliable.
  const closed = closedEdges(parents)
  const surest = [...closed, ...parents.filter((edge) => !closed.includes(edge))]
  const candidates = surest.map(({ parent, columns, target }) => {
    const on = columns.map((column, place) => `p.${q(target[place] as string)} = c.${q(column)}`)
    return `(select p.${q(parent.owner)} from ${qualified(parent.table)} p where ${on.join(' and ')} limit 1)`
  })
  const wrong = when === 'is null' ? `t.${q(owner)} is null` : `t.${q(owner)} is distinct from d.owner`
  return (
    `update ${at} t set ${q(owner)} = d.owner\n` +
    `from (select c.ctid as place, coalesce(${[...candidates, ownerLiteral].join(', ')}) as owner\n` +
    `  from ${at} c where c.ctid >= $1::tid and c.ctid < $2::tid) d\n` +
    `where t.ctid = d.place and ${wrong}`
  )
}

/** What the type of a table's rows keeps from being done with the table. */
export interface RowTypes {
  /** oids of tables whose rows a column of a table keeps: PostgreSQL adds no column with a default to them (0A000) */
  kept: ReadonlySet<number>
  /** oids of tables of a type (`create table … of`): PostgreSQL adds no column to them (42809) */
  ofType: ReadonlySet<number>
}

/** Reads these facts about the tables that have no owner column yet. */
export async function readRowTypes(client: Queryable, owned: readonly Owned[]): Promise<RowTypes> {
  const tables = owned.flatMap(({ table, column }) => (column ? [] : [table.oid]))
  if (tables.length === 0) return { kept: new Set(), ofType: new Set() }
  const { rows } = await client.query<{ oid: number; kept: boolean; ofType: boolean }>(
    // Its type may be kept in a list, a domain or another type, and these again.
    `with recursive holds(root, type) as (
      select c.oid, t.oid from pg_catalog.pg_class c join pg_catalog.pg_type r on r.oid = c.reltype
        join pg_catalog.pg_type t on t.oid in (r.oid, r.typarray) where c.oid = any($1::oid[])
      union
      select h.root, t.oid from holds h join pg_catalog.pg_type o on o.typbasetype = h.type or o.oid in (
          select k.reltype from pg_catalog.pg_class k join pg_catalog.pg_attribute a on a.attrelid = k.oid
          where k.relkind = 'c' and a.atttypid = h.type and not a.attisdropped)
        join pg_catalog.pg_type t on t.oid in (o.oid, o.typarray))
    select c.oid::int, c.reloftype <> 0 as "ofType", exists (
      select from holds h join pg_catalog.pg_attribute a on a.atttypid = h.type and not a.attisdropped
      join pg_catalog.pg_class k on k.oid = a.attrelid and k.relkind in ('r', 'm', 'p') where h.root = c.oid) as kept
    from pg_catalog.pg_class c where c.oid = any($1::oid[])`,
    [tables],
  )
  const those = (is: 'kept' | 'ofType') => new Set(rows.flatMap((row) => (row[is] ? [row.oid] : [])))
  return { kept: those('kept'), ofType: those('ofType') }
}
