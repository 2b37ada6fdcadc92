import {
  APP_SCHEMAS,
  notOfExtension,
  type Queryable,
  withPlainNames,
} from '../../../../database/catalog/ask.js'
import type { Table } from '../../../../database/catalog.js'
import { meaningOf, withoutComments } from '../../../../sql/meaning.js'
import { withOwnTargets } from '../../connection/statements/conflict-target.js'
import type { Owned } from '../plan/ownership-plan.js'

/** A function or rule whose text has an `on conflict`. The server runs it: no layer of usertwo can change its targets. */
export interface UpsertText {
  /** `function public.count(day date)`, `rule noted on public.titles` */
  what: string
  text: string
}

/** Reads every such function and rule of the app. */
export function readUpserts(client: Queryable): Promise<UpsertText[]> {
  return withPlainNames(client, async () => {
    const { rows } = await client.query<UpsertText>(
      `select 'function ' || p.oid::regprocedure::text as what, b.text
      from pg_proc p join pg_namespace n on n.oid = p.pronamespace,
        lateral (select coalesce(nullif(p.prosrc, ''), pg_get_functiondef(p.oid)) as text) b
      where p.prokind in ('f', 'p') and ${APP_SCHEMAS} and ${notOfExtension('pg_proc', 'p.oid')}
        and b.text ~* '\\mconflict\\M'
      union all
      select 'rule ' || r.rulename || ' on ' || n.nspname || '.' || c.relname, pg_get_ruledef(r.oid)
      from pg_rewrite r join pg_class c on c.oid = r.ev_class join pg_namespace n on n.oid = c.relnamespace
      where ${APP_SCHEMAS} and r.ev_type <> '1' and pg_get_ruledef(r.oid) ~* '\\mconflict\\M'
      order by 1`,
    )
    return rows
  })
}

/** Returns what names a unique index of a table as a conflict target: without the index it fails with 42P10. */
export function upsertsOn(
  table: Table,
  owner: string,
  index: string,
  upserts: readonly UpsertText[],
): string[] {
  const found = table.indexes.find(({ name }) => name === index)
  if (!found) return []
  const columns = found.columns.filter((column) => column !== null)
  const isPlain = columns.length === found.columns.length
  const target = { owner, columns, partial: found.partial, replaced: index }
  const names = (text: string): boolean =>
    isPlain
      ? withOwnTargets(text, (name) => (name === table.name ? [target] : undefined)) !== text
      : mayName(table.name, text)
  return upserts.filter(({ text }) => textsIn(text).some(names)).map(({ what }) => what)
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

/** The text, and the texts of dynamic SQL in its constants. */
function textsIn(text: string): string[] {
  const constants = meaningOf(text).filter((token) => token.kind === 'string' && /conflict/i.test(token.text))
  return [text, ...constants.flatMap(({ text: constant }) => textsIn(unquoted(constant)))]
}

function unquoted(constant: string): string {
  const dollar = /^\$\w*\$/.exec(constant)?.[0]
  if (dollar) return constant.slice(dollar.length, -dollar.length)
  return constant.slice(constant.indexOf("'") + 1, -1).replaceAll("''", "'")
}

/** The uniques of a table that a function or rule keeps for all users, with what names each. */
export function keptForAll(
  { table, owner, unique = [] }: Pick<Owned, 'table' | 'owner' | 'unique'>,
  upserts: readonly UpsertText[],
): Map<string, string[]> {
  const kept = unique.map((index) => [index, upsertsOn(table, owner, index, upserts)] as const)
  return new Map(kept.filter(([, by]) => by.length > 0))
}
