import {
  APP_SCHEMAS,
  notOfExtension,
  type Queryable,
  withPlainNames,
} from '../../../../database/catalog/ask.js'
import type { Table } from '../../../../database/catalog.js'
import { meaningOf, nameOf, withoutComments } from '../../../../sql/meaning.js'
import { withOwnTargets } from '../../connection/statements/conflict-target.js'
import type { Owned } from '../plan/ownership-plan.js'

/**
 * What may need a unique as it is: a function or rule whose text has an `on conflict`, or a view that groups by a primary
 * key. The server runs it: no layer of usertwo can change it.
 */
export interface UpsertText {
  /** `function public.count(day date)`, `rule noted on public.titles`, `view public.counted` */
  what: string
  text: string
  /** the primary key without which PostgreSQL refuses the view or function, `public.pages pages_pkey`; null: none */
  groupsBy?: string | null
}

/** Reads all of these. */
export function readUpserts(client: Queryable): Promise<UpsertText[]> {
  return withPlainNames(client, async () => {
    const { rows } = await client.query<UpsertText>(
      `select 'function ' || p.oid::regprocedure::text as what, b.text, null as "groupsBy"
      from pg_proc p join pg_namespace n on n.oid = p.pronamespace,
        lateral (select coalesce(nullif(p.prosrc, ''), pg_get_functiondef(p.oid)) as text) b
      where p.prokind in ('f', 'p') and ${APP_SCHEMAS} and ${notOfExtension('pg_proc', 'p.oid')}
        and b.text ~* '\\mconflict\\M'
      union all
      select 'rule ' || r.rulename || ' on ' || n.nspname || '.' || c.relname, pg_get_ruledef(r.oid), null
      from pg_rewrite r join pg_class c on c.oid = r.ev_class join pg_namespace n on n.oid = c.relnamespace
      where ${APP_SCHEMAS} and r.ev_type <> '1' and pg_get_ruledef(r.oid) ~* '\\mconflict\\M'
      union all
      select distinct coalesce('function ' || p.oid::regprocedure::text,
          case c.relkind when 'm' then 'materialized view ' else 'view ' end || c.oid::regclass::text),
        '', n.nspname || '.' || t.relname || ' ' || k.conname
      from pg_depend d join pg_constraint k on k.oid = d.refobjid and k.contype = 'p'
      join pg_class t on t.oid = k.conrelid join pg_namespace n on n.oid = t.relnamespace
      left join pg_rewrite r on d.classid = 'pg_rewrite'::regclass and r.oid = d.objid
      left join pg_class c on c.oid = r.ev_class
      left join pg_proc p on d.classid = 'pg_proc'::regclass and p.oid = d.objid
      where d.refclassid = 'pg_constraint'::regclass and (c.oid is not null or p.oid is not null) and ${APP_SCHEMAS}
      order by 1`,
    )
    return rows
  })
}

/**
 * Returns what needs a unique index of a table: names it as a conflict target, and fails with 42P10 without it, or groups by
 * it, and keeps PostgreSQL from dropping it.
 */
export function upsertsOn(
  table: Table,
  owner: string,
  index: string,
  upserts: readonly UpsertText[],
): UpsertText[] {
  const found = table.indexes.find(({ name }) => name === index)
  if (!found) return []
  const columns = found.columns.filter((column) => column !== null)
  const isPlain = columns.length === found.columns.length
  const target = { owner, columns, partial: found.partial, replaced: index }
  const names = (text: string): boolean =>
    isPlain
      ? withOwnTargets(text, (name) => (name === table.name ? [target] : undefined)) !== text
      : mayName(table.name, text)
  const isOwn = (text: string) => names(text) || constantsIn(text).some(isOwnConstant)
  const isOwnConstant = (text: string): boolean => isOwn(text) || (isPlain && mayTarget(columns, text))
  return upserts.filter(({ text, groupsBy }) => groupsBy === `${table.id} ${index}` || isOwn(text))
}

/** A target with expressions is not compared: each of an insert into the table may mean the index. */
function mayName(table: string, text: string): boolean {
  const name = table.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
  const insert = new RegExp(
    `\\binsert\\s+into\\s+(?:\\S+\\.)?"?${name}"?(?![\\w$])[^;]*?\\bon\\s+conflict\\s*\\((?!${PLAIN})`,
    'i',
  )
  return insert.test(withoutComments(text))
}
/** Columns alone, and the end of the target. */
const PLAIN = String.raw`\s*[\w$"]+(?:\s*,\s*[\w$"]+)*\s*\)`

/** A part of dynamic SQL that does not say into which table it inserts: its target may mean each unique over the same columns. */
function mayTarget(columns: readonly string[], part: string): boolean {
  if (/\binsert\s+into\s+["\w]/i.test(part)) return false
  return [...part.matchAll(TARGET)].some(([, target]) => {
    const named = target!.split(',').map((name) => nameOf(meaningOf(name)[0]))
    return named.length === columns.length && columns.every((column) => named.includes(column))
  })
}
const TARGET = /\bon\s+conflict\s*\(([^()]*)\)/gi

/** The constants of a text that may be dynamic SQL, or a part of it. */
const constantsIn = (text: string): string[] =>
  meaningOf(text).flatMap((token) =>
    token.kind === 'string' && /conflict/i.test(token.text) ? [unquoted(token.text)] : [],
  )

function unquoted(constant: string): string {
  const dollar = /^\$\w*\$/.exec(constant)?.[0]
  if (dollar) return constant.slice(dollar.length, -dollar.length)
  return constant.slice(constant.indexOf("'") + 1, -1).replaceAll("''", "'")
}

/** Says what to change so that a unique may become one per user. */
export function howToLetGo(owner: string, by: readonly UpsertText[]): string {
  const named = (those: readonly UpsertText[]) => those.map(({ what }) => what).join(', ')
  const [groups, upserts] = [by.filter(({ groupsBy }) => groupsBy), by.filter(({ groupsBy }) => !groupsBy)]
  return [
    ...(upserts.length
      ? [
          `write on conflict (${owner}, …) in ${named(upserts)}, which works from \`usertwo migrate up\` on, or on conflict do nothing and an update after it, which works before too`,
        ]
      : []),
    ...(groups.length ? [`group by every column that it reads in ${named(groups)}`] : []),
  ].join(', and ')
}

/** The uniques of a table that a function, rule or view keeps for all users, with what needs each. */
export function keptForAll(
  { table, owner, unique = [] }: Pick<Owned, 'table' | 'owner' | 'unique'>,
  upserts: readonly UpsertText[],
): Map<string, UpsertText[]> {
  const kept = unique.map((index) => [index, upsertsOn(table, owner, index, upserts)] as const)
  return new Map(kept.filter(([, by]) => by.length > 0))
}
