import { looksLikeUsers } from '../../../reading/owners/users-table.js'
import { isBookkeeping } from '../../../src/database/bookkeeping.js'
import type { Catalog, Table } from '../../../src/database/catalog.js'
import type { UpsertText } from '../../../src/phases/6-isolation/schema/keys/named-uniques.js'
import { partsRefused } from '../../../src/phases/6-isolation/schema/partitions/refused.js'
import type { InitGuess } from '../guess.js'
import type { InitQuestion } from '../question.js'
import {
  closedTable,
  guessedOwner,
  ownedTable,
  sharedPoint,
  sharedQuestion,
  sharedTable,
} from './classified.js'
import { columnsNamedForParent, configuredName, ownerColumn } from './columns.js'
import type { NamedRows } from './named-rows.js'
import { type Making, makingOf } from './new-person.js'
import type { RequestKey } from './request-keys.js'
import { withUniques } from './uniques.js'

const PASSWORD = /^(?:pw_?hash|password|password_?hash|hashed_?password|pass_?hash|hash|digest)$/i

/** How a table is written into the configuration. */
export type OwnershipEntry = { name: string; why: string } & (
  | {
      owner: string
      /** every user reads it, and only the owner writes */
      access?: 'readable'
      via?: string
      perUser?: true
      unique?: string[]
      keys?: 'chosen'
    }
  /** every user reads it, and none writes */
  | { access: 'reference' }
  /** a request reaches the row of its session */
  | { access: 'session' }
  /** no request reaches it */
  | { access: 'closed' }
)

/** What the catalog and the rows say about whose data it is. */
export interface Ownership {
  users: { table: string; id: string; password: string | null; exists: boolean; making: Making | null }
  ownerId: number | string
  tables: OwnershipEntry[]
  guesses: InitGuess[]
  /** what the catalog and the rows do not say, each about a table */
  unsure: (InitQuestion & { table: string })[]
  /** what the owner was not asked, and may have to change */
  points: string[]
}

/** What is known of rows and of the app's sources beside the catalog. */
export interface OwnershipHints {
  /** rows of each table after the app's own migrations and seed */
  counts: ReadonlyMap<string, number>
  /** the first key of the table of people; null: it has none */
  firstPerson: number | string | null
  /** without a table of users: the owner that the rows name, and where; null: none */
  named: { key: number | string; at: string } | null
  /** where the sources, or the database itself, change a table's rows; `null`: some table that is computed */
  writes: ReadonlyMap<string | null, string>
  /** what the rows say about columns that only their names explain */
  rows: NamedRows
  /** tables of secrets, each with the reason */
  secrets: ReadonlyMap<string, string>
  /** the app has a login of its own, so that its table of people may hold no password; default: false */
  hasLogin?: boolean
  /** names that an added owner column cannot have without another meaning: `namesInUse` */
  inUse: ReadonlySet<string>
  /** what the user answered about a table: `no`, it is private; `yes`, it is shared; or the column of its owner */
  said: ReadonlyMap<string, string>
  /** the tables whose keys requests choose; default: none */
  chosen?: ReadonlyMap<string, RequestKey>
  /** the functions and rules of the database with an `on conflict`; default: none */
  upserts?: readonly UpsertText[]
}

/** What was said of other tables than these, which are classified in another way. */
export function saidOfOthers(
  { guesses, points }: Ownership,
  names: ReadonlySet<string>,
): Pick<Ownership, 'guesses' | 'points'> {
  const isAbout = (about: string) => about.startsWith('table ') && names.has(about.slice('table '.length))
  return {
    guesses: guesses.filter(({ about }) => !isAbout(about)),
    points: points.filter((point) => !isAbout(point.split(':', 1)[0]!)),
  }
}

export function ownershipOf(catalog: Catalog, around: OwnershipHints): Ownership {
  const app = catalog.tables.filter((table) => !isBookkeeping(table) && !table.isPartition)
  const people = usersTableIn(app, around)
  const users = usersOf(people)
  const ownerId = ownerIdOf(people, users, around)
  const looksShared = app.filter((table) => table !== people && isShared(table, app, people, around))
  const closed = (table: Table) => closedBy(table, looksShared, around)
  const shared = new Set(
    looksShared.filter(
      (table) => (around.said.get(configuredName(table)) ?? (closed(table) ? 'no' : 'yes')) === 'yes',
    ),
  )
  const refused = refusedIn(app, people, catalog, around)
  const unshared = app.filter((table) => !shared.has(table) && !refused.has(table))
  const planned = withUniques(
    unshared
      .filter((table) => table !== people)
      .map((table) => ({
        table,
        owner: guessedOwner(table, unshared, people, around).owner,
        chosen: around.chosen?.get(configuredName(table))?.columns ?? new Set(),
      })),
    people,
    catalog.tables,
  )
  const classified = app
    .filter((table) => table !== people)
    .map((table) => {
      if (shared.has(table)) return sharedTable(table, app, around)
      if (refused.has(table)) return closedTable(table, refused.get(table)!)
      return ownedTable(table, unshared, people, planned, around)
    })
  return {
    users,
    ownerId,
    tables: parentsFirst(
      classified.map(({ entry }) => entry),
      app,
    ),
    guesses: [
      ...newPersonGuess(users),
      ownerGuess(people, users, ownerId, around),
      ...classified.flatMap(({ guesses }) => guesses),
    ],
    unsure: [
      ...looksShared.map((table) => sharedQuestion(table, around, closed(table))),
      ...classified.flatMap(({ unsure }) => unsure),
    ],
    points: [
      ...(people ? [] : app.filter((table) => looksOf(table) === 'by name alone').map(peoplePoint)),
      ...[...refused].flatMap(([table, why]) => (shared.has(table) ? [] : [closedPoint(table, why)])),
      ...looksShared
        .filter((table) => !around.said.has(configuredName(table)))
        .flatMap((table) => sharedPoint(table, closed(table))),
      ...classified.flatMap(({ unsure }) =>
        unsure.filter(({ table }) => !around.said.has(table)).flatMap(addedPoint),
      ),
    ],
  }
}

const addedPoint = ({ table, guess, answers }: ReturnType<typeof ownedTable>['unsure'][number]): string[] =>
  guess === 'no'
    ? [
        `table ${table}: only its name says that ${answers[1]} is a user’s, so a column of its own was added: if it is, name it as owner`,
      ]
    : []

/** The tables that can have no owner, each with the reason. */
function refusedIn(
  app: readonly Table[],
  people: Table | null,
  { tables }: Catalog,
  around: OwnershipHints,
): ReadonlyMap<Table, string> {
  return new Map(
    app.flatMap((table) => {
      const why = partsRefused(table, guessedOwner(table, app, people, around).owner, tables)
      return why.length ? [[table, why.join('; ')] as const] : []
    }),
  )
}

const closedPoint = (table: Table, why: string) =>
  `table ${configuredName(table)}: it is closed, and routes that read or write it fail from phase 6: ${why}; then name its owner`

const peoplePoint = (table: Table) =>
  `table ${configuredName(table)}: no column says that its rows log in, such as a password or a user name, so they are yours; if they are the app’s users, name it in users.table`

/** Why a table that looks shared is private unless the owner says otherwise: it holds secrets, or belongs to one that does. */
function closedBy(table: Table, looksShared: readonly Table[], around: OwnershipHints): string | null {
  const name = configuredName(table)
  const why = around.secrets.get(name)
  if (why) return why
  for (const { target } of table.foreignKeys) {
    const parent = looksShared.find(({ id }) => id === target.id)
    if (!parent) continue
    const said = around.said.get(configuredName(parent))
    if (said === 'no') return `its rows belong to ${configuredName(parent)}, which is private`
    const above = said === 'yes' ? null : closedBy(parent, looksShared, around)
    if (above) return `its rows belong to ${configuredName(parent)}, which is private`
  }
  return null
}

function usersOf(people: Table | null): Ownership['users'] {
  return {
    table: people ? configuredName(people) : 'users',
    id: people?.primaryKey[0] ?? 'id',
    password: people?.columns.find(({ name }) => PASSWORD.test(name))?.name ?? null,
    exists: people !== null,
    making: people && makingOf(people),
  }
}

function ownerIdOf(
  people: Table | null,
  users: Ownership['users'],
  { firstPerson, named }: OwnershipHints,
): number | string {
  const key = people?.columns.find(({ name }) => name === users.id)
  const first = key && /uuid/.test(key.type) ? '00000000-0000-4000-8000-000000000001' : 1
  return firstPerson ?? named?.key ?? first
}

function newPersonGuess({ making, table }: Ownership['users']): InitGuess[] {
  if (!making) return []
  const at = `columns of ${table} without a default`
  return [{ about: 'new person', says: making.text, sure: 'guess', at }]
}

function ownerGuess(
  people: Table | null,
  { table, id }: Ownership['users'],
  ownerId: number | string,
  { firstPerson, named }: OwnershipHints,
): InitGuess {
  if (!people)
    return {
      about: 'owner',
      says: `no table of people: usertwo makes users in its phase 3, you are ${ownerId}`,
      sure: 'likely',
      at: named?.at ?? 'the catalog',
    }
  return {
    about: 'owner',
    says: `${table}.${id} = ${ownerId}`,
    sure: firstPerson === null ? 'likely' : 'certain',
    at: `table ${table}${firstPerson === null ? '' : ', its first row'}`,
  }
}

/**
 * The table of the app's users; null: it has none. A table that only its name makes one of people (customers, accounts) is one
 * if the app has a login of its own, or if it holds one row: else its rows are what the app's one user keeps.
 */
export function usersTableIn(
  tables: readonly Table[],
  { counts, hasLogin }: Pick<OwnershipHints, 'counts' | 'hasLogin'>,
): Table | null {
  const named = tables.filter((table) => {
    const looks = looksOf(table)
    const alone = () => hasLogin || counts.get(configuredName(table)) === 1
    return table.primaryKey.length === 1 && (looks === 'yes' || (looks === 'by name alone' && alone()))
  })
  const pointed = (table: Table) =>
    tables.filter(({ foreignKeys }) => foreignKeys.some(({ target }) => target.id === table.id)).length
  const score = (table: Table) =>
    (/^users?$/i.test(table.name) ? 100 : 0) +
    (table.columns.some(({ name }) => PASSWORD.test(name)) ? 50 : 0) +
    pointed(table)
  return named.sort((a, b) => score(b) - score(a))[0] ?? null
}

const looksOf = ({ name, columns }: Table) =>
  looksLikeUsers({ name, columns: columns.map((column) => column.name) })

/**
 * Neither code nor the database writes it, its rows came with the schema, and none of its foreign keys points at an owned table.
 */
function isShared(
  table: Table,
  all: readonly Table[],
  people: Table | null,
  around: OwnershipHints,
): boolean {
  const { counts, writes, rows } = around
  if (writes.has(null) || writes.size === 0) return false
  if ([...writes.keys()].some((name) => name?.toLowerCase() === table.name.toLowerCase())) return false
  if (!counts.get(configuredName(table))) return false
  const { column, others } = ownerColumn(table, people, all, rows.owners)
  if (column || others.length) return false
  const parents = [
    ...table.foreignKeys.map(({ target }) => all.find(({ id }) => id === target.id)),
    ...columnsNamedForParent(table, all).map(({ parent }) => parent),
  ]
  return parents.every(
    (parent) =>
      parent !== undefined &&
      parent !== table &&
      parent !== people &&
      isShared(
        parent,
        all.filter((one) => one !== table),
        people,
        around,
      ),
  )
}

/** In the order in which tables are switched on. */
function parentsFirst(entries: readonly OwnershipEntry[], tables: readonly Table[]): OwnershipEntry[] {
  const sorted: OwnershipEntry[] = []
  const place = (entry: OwnershipEntry, path: readonly OwnershipEntry[]) => {
    if (sorted.includes(entry) || path.includes(entry)) return
    const table = tables.find((one) => configuredName(one) === entry.name)
    for (const { target } of table?.foreignKeys ?? []) {
      const parent = entries.find(({ name }) => name === configuredName(target))
      if (parent) place(parent, [...path, entry])
    }
    sorted.push(entry)
  }
  for (const entry of entries) place(entry, [])
  return sorted
}
