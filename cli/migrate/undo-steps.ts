import type pg from 'pg'
import { type Config, ownedIn } from '../../src/config/config.js'
import { ADDED, addedColumns, type Catalog, findTable, type Table } from '../../src/database/catalog.js'
import { columnList, literal, q, qualified } from '../../src/database/quoted.js'
import { markSql } from '../../src/phases/6-isolation/schema/keys/per-user-uniques.js'
import { readUniques, type Unique } from '../../src/phases/6-isolation/schema/keys/unique-indexes.js'
import { UID } from '../../src/phases/6-isolation/schema/plan/uid.js'
import {
  columnBefore,
  keptRowSecurity,
  keyBefore,
  PER_USER,
  rowSecurityAsBefore,
  type UniqueBefore,
  uniqueBefore,
} from '../../src/phases/6-isolation/schema/replaced.js'
import { NAME_PREFIX } from '../../src/phases/6-isolation/schema/step.js'

/** One thing that goes, or comes back. */
export interface UndoStep {
  what: string
  sql: string
  /** run if `sql` names a table or column that the app has renamed or dropped since: derived from what stands now */
  orElse?: string | undefined
  /** the index that `sql` makes, and what is run instead if it is not valid: a partition that the app added since lacks it */
  index?: { name: string; ifInvalid: string } | undefined
}

/** Steps, and what cannot come back by itself. */
interface Found {
  steps: UndoStep[]
  byHand: string[]
}

/** The policies go, and row security is as it was before them. */
export async function policies(client: pg.Client): Promise<UndoStep[]> {
  const { rows } = await client.query<{ table: string; name: string; last: boolean; comment: string | null }>(
    `select p.polrelid::regclass::text as table, p.polname::text as name, obj_description(p.oid, 'pg_policy') as comment,
      not exists (select from pg_policy o where o.polrelid = p.polrelid and not starts_with(o.polname::text, 'usertwo')) as last
    from pg_policy p join pg_class c on c.oid = p.polrelid
    where starts_with(p.polname::text, 'usertwo') and c.relnamespace <> 'usertwo'::regnamespace order by 1, 2`,
  )
  const tables = new Map(rows.map(({ table, last }) => [table, last]))
  return [
    ...rows.map(({ table, name }) => ({
      what: `${table}: policy ${name}`,
      sql: `drop policy ${q(name)} on ${table}`,
    })),
    ...[...tables].flatMap(([table, last]) => {
      const kept = keptRowSecurity(rows.filter((one) => one.table === table))
      // Earlier versions kept nothing.
      return rowSecurityAsBefore(table, kept ?? { on: !last, forced: false }).map((sql) => ({
        what: `${table}: row security`,
        sql,
      }))
    }),
  ]
}

/** Foreign keys before what they point to. */
export async function constraints(client: pg.Client): Promise<UndoStep[]> {
  const { rows } = await client.query<{ table: string; name: string }>(
    `select conrelid::regclass::text as table, conname::text as name from pg_constraint
    where starts_with(conname::text, $1) and conrelid <> 0 and connamespace <> 'usertwo'::regnamespace
      and contype in ('f', 'c') and conparentid = 0 order by contype = 'f' desc, 1, 2`,
    [NAME_PREFIX],
  )
  return rows.map(({ table, name }) => ({
    what: `${table}: ${name}`,
    sql: `alter table ${table} drop constraint ${q(name)}`,
  }))
}

/** The uniques of the app come back before the owner column goes. */
export async function perUserUniques(
  client: pg.Client,
  { tables }: Catalog,
): Promise<{ steps: UndoStep[]; derived: string[] }> {
  const uniques = await readUniques(
    client,
    tables.map(({ oid }) => oid),
  )
  const derived: string[] = []
  const steps = uniques.flatMap((unique): UndoStep[] => {
    const { table: oid, name: own, constraint, comment } = unique
    const before = uniqueBefore(comment)
    const table = tables.find((one) => one.oid === oid)
    if (!before || !table) return []
    const { name, made } = before
    const gone = !uniques.some((one) => one.table === oid && one.name === name)
    const drop = constraint
      ? `alter table ${qualified(table)} drop constraint ${q(own)}`
      : `drop index ${qualified({ schema: table.schema, name: own })}`
    const orElse = withoutOwner(unique, table, before)
    if (gone && made === null)
      derived.push(
        `${table.id}: ${name}, whose definition was not kept when it was replaced, from the one per user: ${orElse}`,
      )
    return [
      { what: `${table.id}: unique per user instead of ${name}`, sql: drop },
      ...(gone
        ? [
            {
              what: `${table.id}: ${name} comes back`,
              sql: made ?? orElse,
              orElse,
              index: {
                name: qualified({ schema: table.schema, name }),
                ifInvalid: [...uniquesOfParts(made ?? ''), orElse].join(';\n'),
              },
            },
          ]
        : []),
    ]
  })
  return { steps, derived }
}

/**
 * Returns the SQL that makes a unique for all users of one per user, whose first column is the owner.
 *
 * @param made the SQL that was kept, with names of that time; null: none was, nor the app's comments
 */
function withoutOwner(unique: Unique, table: Table, { name, made }: UniqueBefore): string {
  const { declared, definition, columns } = unique
  const own = columns.slice(1)
  // Without the kept SQL: a constraint has such a name by default, and neither an expression nor a condition.
  const wasConstraint = made?.startsWith('alter table') ?? name.endsWith('_key')
  const rest = own.includes(null) ? null : PLAIN.exec(definition)
  const constraint = (what: string) => `alter table ${qualified(table)} add constraint ${q(name)} ${what}`
  const remarks = [...(made ?? '').matchAll(REMARK)].map(
    ([, of, text]) =>
      `comment on ${of} ${of === 'index' ? qualified({ schema: table.schema, name }) : `${q(name)} on ${qualified(table)}`} is ${text}`,
  )
  const index = definition.replace(
    /^CREATE UNIQUE INDEX \S+ ON (?:ONLY )?/,
    `CREATE UNIQUE INDEX ${q(name)} ON `,
  )
  const comes =
    declared !== null
      ? constraint(withoutFirst(declared, 1))
      : wasConstraint && rest
        ? constraint(
            `unique${rest[2] ?? ''} (${columnList(own as string[])})${rest[1] ?? ''}${rest[3] ?? ''}`,
          )
        : withoutFirst(index, 1)
  return [comes, ...markSql({ ...table, table: table.name, name }, unique), ...remarks].join(';\n')
}

/** The end of an index without expressions and conditions: what it includes, whether nulls are distinct, its storage. */
const PLAIN = /USING btree \([^()]*\)( INCLUDE \([^()]*\))?( NULLS NOT DISTINCT)?( WITH \([^()]*\))?$/

/**
 * Returns the statements of kept SQL that make a unique on a partition alone. A unique on the whole table then takes these as
 * they are, with their names, and makes those that are missing.
 */
function uniquesOfParts(made: string): string[] {
  const [uniques = ''] = made.split(/;\ncomment on /)
  return uniques
    .split(';\n')
    .filter((sql) => /^(?:CREATE UNIQUE INDEX |alter table .* add constraint )/.test(sql))
    .slice(1)
    .filter((sql) => !/^(?:CREATE UNIQUE INDEX (?:"(?:[^"]|"")+"|\S)+ ON ONLY|alter table only) /.test(sql))
}

const REMARK = /^comment on (constraint|index) .*? is ( ?E?'(?:[^']|'')*')/gim

/** Takes the first column out of as many lists. */
function withoutFirst(sql: string, lists: number): string {
  let left = lists
  return sql.replaceAll(/\((?:"(?:[^"]|"")+"|[^,"()]+), /g, (found) => (left-- > 0 ? '(' : found))
}

/** The columns of a foreign key, and those that they point to. */
const LISTS = /^FOREIGN KEY \(.*?\) REFERENCES .*?\(.*?\)/

/** Foreign keys that a contract gave the owner: they go before the uniques per user, and come back after those for all. */
export function keysWithOwner({ tables }: Catalog): { go: UndoStep[]; come: UndoStep[] } {
  const keys = tables.flatMap((table) =>
    table.foreignKeys.flatMap(({ name, comment, declared }) => {
      const { own, made } = keyBefore(comment)
      // The lists as they are now, the rest as it was.
      const orElse = (LISTS.exec(withoutFirst(declared, 2))?.[0] ?? '') + (made ?? '').replace(LISTS, '')
      return made === null ? [] : [{ table, name, own, made, orElse }]
    }),
  )
  return {
    go: keys.map(({ table, name }) => ({
      what: `${table.id}: ${name} with the owner`,
      sql: `alter table ${qualified(table)} drop constraint ${q(name)}`,
    })),
    come: keys.map(({ table, name, own, made, orElse }) => {
      const comment =
        own === null ? [] : [`comment on constraint ${q(name)} on ${qualified(table)} is ${literal(own)}`]
      const add = (declared: string) =>
        [`alter table ${qualified(table)} add constraint ${q(name)} ${declared}`, ...comment].join(';\n')
      return { what: `${table.id}: ${name} comes back`, sql: add(made), orElse: add(orElse) }
    }),
  }
}

export async function indexes(client: pg.Client): Promise<UndoStep[]> {
  const { rows } = await client.query<{ index: string }>(
    `select i.indexrelid::regclass::text as index from pg_index i join pg_class c on c.oid = i.indexrelid
    where starts_with(c.relname::text, $1) and c.relnamespace <> 'usertwo'::regnamespace
      and not starts_with(coalesce(obj_description(i.indexrelid, 'pg_class'), ''), $2)
      and not exists (select from pg_inherits where inhrelid = i.indexrelid) order by 1`,
    [NAME_PREFIX, PER_USER],
  )
  return rows.map(({ index }) => ({ what: `index ${index}`, sql: `drop index ${index}` }))
}

/** Owner columns of the app's own get back their defaults, and may be null again. */
export function ownerColumns(catalog: Catalog, config: Config): Found {
  const [steps, byHand]: [UndoStep[], string[]] = [[], []]
  for (const [name, { owner }] of ownedIn(config)) {
    const table = findTable(catalog, name)
    const column = table?.columns.find((one) => one.name === owner)
    if (!table || !column || column.comment?.startsWith(ADDED)) continue
    const [at, { own, before }] = [qualified(table), columnBefore(column.comment)]
    if (!before) {
      if (column.default === UID)
        byHand.push(
          `${table.id}.${owner}: its default was replaced before it was kept; set it again: alter table ${at} alter column ${q(owner)} set default ${literal(String(config.owner.id))}`,
        )
      continue
    }
    const sql = [
      before.default === null
        ? []
        : [`alter table ${at} alter column ${q(owner)} set default ${before.default}`],
      before.nullable ? [`alter table ${at} alter column ${q(owner)} drop not null`] : [],
      [`comment on column ${at}.${q(owner)} is ${own === null ? 'null' : literal(own)}`],
    ].flat()
    steps.push({ what: `${table.id}: ${owner} as it was`, sql: sql.join(';\n') })
  }
  return { steps, byHand }
}

/** Columns first, then whole tables, which the app's own keys may not point to. */
export async function added(client: pg.Client): Promise<UndoStep[]> {
  const { rows } = await client.query<{ table: string; column: string | null }>(
    `select c.oid::regclass::text as table, a.attname::text as column from pg_class c
      join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    where c.relkind in ('r', 'p') and c.relnamespace <> 'usertwo'::regnamespace
      and starts_with(col_description(c.oid, a.attnum), $1) and not starts_with(coalesce(obj_description(c.oid, 'pg_class'), ''), $1)
      and a.attislocal
    union all
    select c.oid::regclass::text, null from pg_class c where c.relkind in ('r', 'p')
      and starts_with(obj_description(c.oid, 'pg_class'), $1) order by 2 nulls last, 1`,
    [ADDED],
  )
  return rows.map(({ table, column }) =>
    column === null
      ? { what: `table ${table}`, sql: `drop table ${table}` }
      : { what: `${table}: column ${column}`, sql: `alter table ${table} drop column ${q(column)}` },
  )
}

export async function rights(client: pg.Client, role: string): Promise<UndoStep[]> {
  const { rows } = await client.query<{ on: string }>(
    `select distinct case c.relkind when 'S' then 'sequence ' else 'table ' end || c.oid::regclass as on
      from pg_class c, aclexplode(c.relacl) g where g.grantee = to_regrole($1) and c.relnamespace <> 'usertwo'::regnamespace
    union select 'table ' || a.attrelid::regclass from pg_attribute a, aclexplode(a.attacl) g where g.grantee = to_regrole($1)
    union select 'routine ' || p.oid::regprocedure from pg_proc p, aclexplode(p.proacl) g
      where g.grantee = to_regrole($1) and p.pronamespace not in ('usertwo'::regnamespace, 'pg_catalog'::regnamespace)
    union select 'schema ' || n.oid::regnamespace from pg_namespace n, aclexplode(n.nspacl) g
      where g.grantee = to_regrole($1) and n.nspname <> 'usertwo' order by 1`,
    [q(role)],
  )
  return rows.map(({ on }) => ({ what: `rights on ${on}`, sql: `revoke all on ${on} from ${q(role)}` }))
}

/**
 * Names what the app itself has built on usertwo's schema, such as a view that calls `usertwo.uid()`: dropping the schema
 * would drop it too.
 */
export async function builtOnUsertwo(client: pg.Client, config: Config): Promise<string[]> {
  const owners = ownedIn(config).map(([name, { owner }]) => `${name.split('.').at(-1)} ${owner}`)
  const { rows } = await client.query<{ what: string }>(
    `with own as (
      select 'pg_class'::regclass as class, oid from pg_class where relnamespace = 'usertwo'::regnamespace
      union all select 'pg_proc'::regclass, oid from pg_proc where pronamespace = 'usertwo'::regnamespace
      union all select 'pg_type'::regclass, oid from pg_type where typnamespace = 'usertwo'::regnamespace
      union all select 'pg_constraint'::regclass, oid from pg_constraint
        where connamespace = 'usertwo'::regnamespace or starts_with(conname::text, $1)
      union all select 'pg_trigger'::regclass, oid from pg_trigger where strpos(tgname::text, $1) > 0 or tgisinternal
        or tgrelid in (select oid from pg_class where relnamespace = 'usertwo'::regnamespace)
      union all select 'pg_policy'::regclass, oid from pg_policy where starts_with(polname::text, 'usertwo')
        or polrelid in (select oid from pg_class where relnamespace = 'usertwo'::regnamespace)
      union all select 'pg_attrdef'::regclass, f.oid from pg_attrdef f join pg_class c on c.oid = f.adrelid
        join pg_attribute a on a.attrelid = c.oid and a.attnum = f.adnum
        join pg_class w on w.oid = coalesce(pg_partition_root(c.oid), c.oid)
        where c.relnamespace = 'usertwo'::regnamespace or w.relname || ' ' || a.attname = any($2)
    )
    select distinct pg_describe_object(d.classid, d.objid, d.objsubid) as what
    from pg_depend d join own o on o.class = d.refclassid and o.oid = d.refobjid
    where d.deptype = 'n' and o.class in ('pg_class'::regclass, 'pg_proc'::regclass, 'pg_type'::regclass)
      and not exists (select from own where own.class = d.classid and own.oid = d.objid) order by 1`,
    [NAME_PREFIX, owners],
  )
  return rows.map(({ what }) => what)
}

/**
 * Names what the app has built on columns that usertwo added, such as a constraint over the owner: dropping the column would
 * drop it too, or fail. What depends on a part of a partitioned table is named by what it belongs to.
 */
export async function builtOnAdded(client: pg.Client): Promise<string[]> {
  const { rows } = await client.query<{ what: string; comment: string | null }>(
    `select distinct pg_describe_object(d.classid, d.objid, d.objsubid) as what, obj_description(n.oid, 'pg_constraint') as comment
    from unnest($1::oid[], $2::int[]) added(relation, attnum)
    join pg_depend d on d.refclassid = 'pg_class'::regclass and d.refobjid = added.relation and d.refobjsubid = added.attnum
    left join pg_constraint n on d.classid = 'pg_constraint'::regclass and n.oid = d.objid
    left join pg_class c on d.classid = 'pg_class'::regclass and c.oid = d.objid
    left join pg_policy p on d.classid = 'pg_policy'::regclass and p.oid = d.objid
    left join pg_trigger t on d.classid = 'pg_trigger'::regclass and t.oid = d.objid
    left join pg_attrdef f on d.classid = 'pg_attrdef'::regclass and f.oid = d.objid
    where d.deptype in ('a', 'n')
      -- their own default
      and (f.adrelid is distinct from added.relation or f.adnum <> added.attnum)
      and not starts_with(coalesce(n.conname, c.relname, p.polname, '')::text, $3)
      and not starts_with(coalesce(p.polname, '')::text, 'usertwo') and strpos(coalesce(t.tgname, '')::text, $3) = 0
      and coalesce(n.conparentid, 0) = 0 and n.contype is distinct from 'n' and t.tgisinternal is not true
      and not exists (select from pg_inherits where inhrelid = c.oid)
      and not starts_with(coalesce(obj_description(coalesce(c.oid, case when n.contype <> 'f' then n.conindid end), 'pg_class'), ''), $4)
    order by 1`,
    [...(await columnsAdded(client)), NAME_PREFIX, PER_USER],
  )
  return rows.flatMap(({ what, comment }) => (keyBefore(comment).made === null ? [what] : []))
}

/** Those of tables that stay. */
async function columnsAdded(client: pg.Client): Promise<[tables: number[], columns: number[]]> {
  const { rows } = await client.query<{ oid: number }>(
    "select objoid as oid from pg_description where classoid = 'pg_class'::regclass and objsubid = 0 and starts_with(description, $1)",
    [ADDED],
  )
  const whole = new Set(rows.map(({ oid }) => oid))
  const found = (await addedColumns(client)).filter(({ tableOid }) => !whole.has(tableOid))
  return [found.map(({ tableOid }) => tableOid), found.map(({ attnum }) => attnum)]
}
