import { statementsInSources } from '../../../reading/schema/statements-in-source.js'
import type { Source } from '../../../reading/syntax/sources.js'
import { APP_SCHEMAS, notOfExtension, type Queryable } from '../../../src/database/catalog/ask.js'
import type { Column, Table } from '../../../src/database/catalog.js'
import type { InitGuess } from '../guess.js'

const OWNERS = [
  'user_id',
  'userid',
  'owner_id',
  'ownerid',
  'author_id',
  'authorid',
  'created_by',
  'createdby',
  'account_id',
  'accountid',
  'uid',
  'owner',
  'user',
  'creator_id',
  'creatorid',
  'member_id',
  'person_id',
  'customer_id',
]

/** Names of columns for people who act on another user's row. */
const LATER =
  /^(?:assign|approv|review|modif|updat|edit|chang|complet|clos|resolv|delet|handl|respons|supervis|manag)|^(?!creat|made|own|writ|post|add|submit|open|report|upload|author|start|record|enter|insert|request|regist)\w*(?:ed|en|t)_?by(?:_?id)?$/i
/** Tables of rows whose originals are gone. */
const GONE = /trash|delet|remov|archiv|histor|backup|tombstone|audit|(?:^|_)bin$/i
/** Names for the owner column that is added; no app has the last. */
const ADDED = ['user_id', 'owner_id', 'owner_user_id', 'usertwo_owner_id']

/** As the configuration names it. */
export const configuredName = (table: Pick<Table, 'schema' | 'name' | 'id'>) =>
  table.schema === 'public' ? table.name : table.id

/**
 * The name of the owner column to add. One that another table or a statement uses would be ambiguous in a join, or take the place
 * of the name that a `group by` means.
 * @param inUse as `namesInUse` finds them
 */
export const addedColumn = ({ columns }: Pick<Table, 'columns'>, inUse: ReadonlySet<string>): string => {
  const free = ADDED.filter((name) => !columns.some((one) => one.name.toLowerCase() === name))
  return free.find((name) => !inUse.has(name)) ?? free.at(-1)!
}

/** The names for an owner column that a table, a view, a function or a statement of the sources uses for something else. */
export async function namesInUse(client: Queryable, sources: readonly Source[]): Promise<Set<string>> {
  const { rows } = await client.query<{ name: string }>(
    `select name from pg_catalog.unnest($1::text[]) name
    where exists (
      select from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
      where ${APP_SCHEMAS} and a.attnum > 0 and not a.attisdropped and pg_catalog.lower(a.attname) = name
    ) or exists (
      select from pg_proc p join pg_namespace n on n.oid = p.pronamespace
      where ${APP_SCHEMAS} and ${notOfExtension('pg_proc', 'p.oid')} and p.prosrc ~* ('\\m' || name || '\\M')
    )`,
    [ADDED],
  )
  const texts = statementsInSources(sources).map(({ text }) => text)
  const named = ADDED.filter((name) => texts.some((text) => new RegExp(`\\b${name}\\b`, 'i').test(text)))
  return new Set([...rows.map(({ name }) => name), ...named])
}

/**
 * The column of a table that names the owner of a row; null: none does yet. One that only its name says it of is among the
 * others: the owner may take it.
 * @param proven the columns, as `schema.table.column`, whose rows say it too
 */
export function ownerColumn(
  table: Table,
  people: Table | null,
  all: readonly Table[],
  proven: ReadonlySet<string>,
): { column: string | null; why: string; sure: InitGuess['sure']; others: string[] } {
  const ways = people
    ? table.foreignKeys.filter(({ target, columns }) => target.id === people.id && columns.length === 1)
    : []
  const mayBeNobody = (name: string) => table.columns.some((one) => one.name === name && one.nullable)
  const last = (name: string) => (mayBeNobody(name) ? 2 : 0) + (LATER.test(name) ? 1 : 0)
  const [byKey, ...others] = ways
    .map(({ columns }) => columns[0]!)
    // If the column may be empty, the rows of a single-user app would have no owner.
    .filter((name, _, all) => all.length > 1 || last(name) < 3)
    .sort((a, b) => rank(a) - rank(b) || last(a) - last(b))
  if (byKey)
    return {
      column: byKey,
      why: `a foreign key to ${people!.name}${ways.length > 1 ? `, of ${ways.length}` : ''}`,
      sure: ways.length > 1 ? 'guess' : 'certain',
      others,
    }
  const named = columnNamedForOwner(table, people, all)
  if (named && proven.has(`${table.id}.${named}`))
    return { column: named, why: 'by its name, and as its rows say', sure: 'likely', others: [] }
  const parent = table.foreignKeys.find(({ target }) =>
    all.some((one) => one.id === target.id && one !== table && one !== people),
  )
  const rest = parent
    ? `its rows follow ${parent.target.name}, by ${parent.columns.join(', ')}`
    : 'all its rows are yours'
  return {
    column: null,
    why: named ? `added, as only its name says that ${named} is it; ${rest}` : `added; ${rest}`,
    sure: 'likely',
    others: named ? [named] : [],
  }
}

/** The column that has a usual name of an owner column, and is not called after another table; null: none. */
export function columnNamedForOwner(
  table: Table,
  people: Table | null,
  all: readonly Table[],
): string | null {
  const taken = new Set([
    ...table.foreignKeys.filter(({ target }) => target.id !== people?.id).flatMap(({ columns }) => columns),
    ...columnsNamedForParent(table, all)
      .filter(({ parent }) => parent !== people)
      .map(({ column }) => column),
  ])
  const key = people?.columns.find(({ name }) => name === people.primaryKey[0])
  // `author_id` of `authors` is the row's own key, and names no owner.
  const isOwnKey = ({ name, default: by, identity }: Column) =>
    table.primaryKey.length === 1 && table.primaryKey[0] === name && (by !== null || identity !== null)
  return (
    table.columns
      .filter(
        (column) =>
          rank(column.name) < OWNERS.length &&
          !taken.has(column.name) &&
          !isOwnKey(column) &&
          fits(column, key),
      )
      .sort((a, b) => rank(a.name) - rank(b.name))[0]?.name ?? null
  )
}

const rank = (name: string) => {
  const at = OWNERS.indexOf(name.toLowerCase())
  return at < 0 ? OWNERS.length : at
}
const fits = ({ type }: Column, key: Column | undefined) =>
  key ? type === key.type || (/int/.test(type) && /int/.test(key.type)) : /int|^uuid$/.test(type)

/**
 * A column that means a parent and has no foreign key: `list_id` beside a table `lists`. A table for what was deleted has
 * none: its rows are there because the parent's are gone.
 * @param orphans the columns, as `schema.table.column`, that have a value without such a row
 */
export function parentWithoutKey(
  table: Table,
  all: readonly Table[],
  orphans: ReadonlySet<string>,
): { column: string; parent: string } | undefined {
  if (GONE.test(table.name)) return undefined
  if (table.foreignKeys.some(({ target }) => all.some((one) => one.id === target.id))) return undefined
  const [found] = columnsNamedForParent(table, all).filter(
    ({ column }) => !orphans.has(`${table.id}.${column}`),
  )
  return found && { column: found.column, parent: configuredName(found.parent) }
}

/** The columns that are called after another table's rows. */
export function columnsNamedForParent(
  table: Table,
  all: readonly Table[],
): { column: string; parent: Table }[] {
  return table.columns.flatMap(({ name }) => {
    const stem = /^(.+?)_?id$/i.exec(name)?.[1]?.toLowerCase()
    const parent =
      stem &&
      all.find(
        (one) =>
          one !== table &&
          [
            stem,
            `${stem}s`,
            `${stem}es`,
            stem.replace(/y$/, 'ies'),
            stem.replace(/person$/, 'people'),
          ].includes(one.name.toLowerCase()),
      )
    return parent && parent.primaryKey.length === 1 ? [{ column: name, parent }] : []
  })
}

/** Whether a table holds one row at most: a check keeps its key to one value, or a unique index is over a constant. */
export function isOneRow(table: Table): boolean {
  return table.indexes.some(({ unique, partial, columns, definition }) => {
    if (!unique || partial || columns.length !== 1) return false
    const [column] = columns
    if (column == null) return CONSTANT_INDEX.test(definition)
    return table.checks.some((check) => fixes(check.definition, column!))
  })
}

const CONSTANT = String.raw`(?:-?\d+|true|false|'[^']*')(?:::[\w ]+)?`
const CONSTANT_INDEX = new RegExp(String.raw`\(\(+${CONSTANT}\)+$`, 'i')

/** `CHECK ((id = 1))`, `CHECK (only_one)`, `CHECK ((only_one IS TRUE))`, `CHECK (((id >= 1) AND (id <= 1)))`. */
function fixes(definition: string, column: string): boolean {
  const name = String.raw`"?${column.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}"?(?:::[\w ]+)?`
  const bare = definition.replace(/[()]/g, '').replace(/^CHECK | NOT VALID$/g, '')
  // Of several conditions one is enough, unless they are alternatives.
  const all = / OR /i.test(bare) ? [bare] : bare.split(/ AND /i)
  const one = new RegExp(
    `^(?:(?:NOT )?${name}(?: = ${CONSTANT}| IS (?:NOT )?(?:TRUE|FALSE))?|${CONSTANT} = ${name})$`,
    'i',
  )
  const bounds = new RegExp(`^${name} >= (${CONSTANT}) AND ${name} <= \\1$`, 'i')
  return all.some((condition) => one.test(condition)) || bounds.test(bare)
}
