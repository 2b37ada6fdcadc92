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
  /^(?:assign|approv|review|modif|updat|edit|chang|complet|clos|resolv|delet|handl|respons|supervis|manag)/i

/** As the configuration names it. */
export const configuredName = (table: Pick<Table, 'schema' | 'name' | 'id'>) =>
  table.schema === 'public' ? table.name : table.id

/** The column of a table that says whose a row is; null: none does yet. */
export function ownerColumn(
  table: Table,
  people: Table | null,
  all: readonly Table[],
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
  const taken = new Set(
    table.foreignKeys.filter(({ target }) => target.id !== people?.id).flatMap(({ columns }) => columns),
  )
  const key = people?.columns.find(({ name }) => name === people.primaryKey[0])
  // `author_id` of `authors` is the row's own key, and names no owner.
  const isOwnKey = ({ name, default: by, identity }: Column) =>
    table.primaryKey.length === 1 && table.primaryKey[0] === name && (by !== null || identity !== null)
  const named = table.columns
    .filter(
      (column) =>
        rank(column.name) < OWNERS.length &&
        !taken.has(column.name) &&
        !isOwnKey(column) &&
        fits(column, key),
    )
    .sort((a, b) => rank(a.name) - rank(b.name))[0]
  if (named) return { column: named.name, why: 'by its name', sure: 'likely', others: [] }
  const parent = table.foreignKeys.find(({ target }) =>
    all.some((one) => one.id === target.id && one !== table && one !== people),
  )
  return {
    column: null,
    why: parent
      ? `added; its rows follow ${parent.target.name}, by ${parent.columns.join(', ')}`
      : 'added; all its rows are yours',
    sure: 'likely',
    others: [],
  }
}

const rank = (name: string) => {
  const at = OWNERS.indexOf(name.toLowerCase())
  return at < 0 ? OWNERS.length : at
}
const fits = ({ type }: Column, key: Column | undefined) =>
  key ? type === key.type || (/int/.test(type) && /int/.test(key.type)) : /int|^uuid$/.test(type)

/** By the database, or as an id that the app makes. */
const isMade = ({ name, default: by, identity }: Column) =>
  by !== null || identity !== null || /id$/i.test(name)

/** A column that means a parent and has no foreign key: `list_id` beside a table `lists`. */
export function parentWithoutKey(
  table: Table,
  all: readonly Table[],
): { column: string; parent: string } | undefined {
  if (table.foreignKeys.some(({ target }) => all.some((one) => one.id === target.id))) return undefined
  for (const column of table.columns) {
    const stem = /^(.+?)_?id$/i.exec(column.name)?.[1]?.toLowerCase()
    const parent =
      stem &&
      all.find(
        (one) =>
          one !== table &&
          [stem, `${stem}s`, `${stem}es`, stem.replace(/y$/, 'ies')].includes(one.name.toLowerCase()),
      )
    if (parent && parent.primaryKey.length === 1)
      return { column: column.name, parent: configuredName(parent) }
  }
  return undefined
}

/**
 * Unique indexes over what people choose, a primary key such as `settings(key)` too: one user would learn from them what
 * another has, and could not have the same.
 * @param all the tables that may point to it
 */
export function uniquesOf(
  table: Table,
  owner: string,
  people: Table | null,
  all: readonly Table[],
): string[] {
  const made = (column: string | null) =>
    table.columns.some(
      ({ name, default: by, identity }) =>
        name === column && (by?.startsWith('nextval(') || identity || /uuid/.test(by ?? '')),
    )
  const ofParent = (columns: (string | null)[]) =>
    columns.some((column) =>
      table.foreignKeys.some((key) => key.target.id !== people?.id && key.columns.includes(column ?? '')),
    )
  const isPointedAt = all.some(({ foreignKeys }) => foreignKeys.some(({ target }) => target.id === table.id))
  const isChosen = (columns: (string | null)[]) =>
    !isPointedAt && !columns.some((name) => table.columns.some((one) => one.name === name && isMade(one)))
  return table.indexes
    .filter(
      ({ unique, primary, columns }) =>
        unique &&
        (!primary || isChosen(columns)) &&
        !columns.includes(owner) &&
        !columns.some(made) &&
        !ofParent(columns),
    )
    .map(({ name }) => name)
}
