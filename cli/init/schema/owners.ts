import { isBookkeeping } from '../../../src/database/bookkeeping.js'
import type { Catalog, Table } from '../../../src/database/catalog.js'
import type { InitGuess } from '../guess.js'
import type { InitQuestion } from '../question.js'
import { configuredName, ownerColumn, parentWithoutKey, uniquesOf } from './columns.js'
import { type Making, makingOf } from './new-person.js'

const PEOPLE = /^(?:app_?|tbl_?)?(?:users?|accounts?|people|persons?|members?|customers?|profiles?)$/i
const PASSWORD = /^(?:pw_?hash|password|password_?hash|hashed_?password|pass_?hash|hash|digest)$/i
const SETTINGS = /^(?:app_?)?(?:settings?|preferences?|prefs|options|config(?:uration)?)$/i

/** How a table is written into the configuration. */
export type OwnershipEntry = { name: string; why: string } & (
  | {
      owner: string
      /** everybody reads it, and only the owner writes */
      access?: 'readable'
      via?: string
      perUser?: true
      unique?: string[]
    }
  /** everybody reads it, and nobody writes */
  | { access: 'reference' }
)

/** What the catalog and the rows say about whose data it is. */
export interface Ownership {
  users: { table: string; id: string; password: string | null; exists: boolean; making: Making | null }
  ownerId: number | string
  tables: OwnershipEntry[]
  guesses: InitGuess[]
  /** what the catalog and the rows do not say, each about a table */
  unsure: (InitQuestion & { table: string })[]
}

/** What is known of rows and of the app's sources beside the catalog. */
export interface OwnershipHints {
  /** rows of each table after the app's own migrations and seed */
  counts: ReadonlyMap<string, number>
  /** the first key of the table of people; null: it has none */
  firstPerson: number | string | null
  /** where there is no such table: whom the rows name as their owner, and where they do; null: nobody */
  named: { key: number | string; at: string } | null
  /** where the sources change a table's rows; `null`: some table that is computed */
  writes: ReadonlyMap<string | null, string>
  /** what somebody has said of a table: `no`, it is not everybody's to read; the column of its owner */
  said: ReadonlyMap<string, string>
}

export function ownershipOf(catalog: Catalog, around: OwnershipHints): Ownership {
  const app = catalog.tables.filter((table) => !isBookkeeping(table) && table.parents.length === 0)
  const people = peopleIn(app)
  const guesses: InitGuess[] = []
  const users = {
    table: people ? configuredName(people) : 'users',
    id: people?.primaryKey[0] ?? 'id',
    password: people?.columns.find(({ name }) => PASSWORD.test(name))?.name ?? null,
    exists: people !== null,
    making: people && makingOf(people),
  }
  if (users.making)
    guesses.push({
      about: 'new person',
      says: users.making.text,
      sure: 'guess',
      at: `columns of ${users.table} without a default`,
    })
  const key = people?.columns.find(({ name }) => name === users.id)
  const ownerId =
    around.firstPerson ??
    around.named?.key ??
    (key && /uuid/.test(key.type) ? '00000000-0000-4000-8000-000000000001' : 1)
  guesses.push({
    about: 'owner',
    says: people
      ? `${users.table}.${users.id} = ${ownerId}`
      : `no table of people: usertwo makes users in its phase 3, you are ${ownerId}`,
    sure: people ? (around.firstPerson === null ? 'likely' : 'certain') : 'likely',
    at: people
      ? `table ${users.table}${around.firstPerson === null ? '' : ', its first row'}`
      : (around.named?.at ?? 'the catalog'),
  })
  const unsure: Ownership['unsure'] = []
  const looksShared = app.filter((table) => table !== people && isShared(table, app, people, around))
  const shared = new Set(looksShared.filter((table) => around.said.get(configuredName(table)) !== 'no'))
  for (const table of looksShared)
    unsure.push({
      table: configuredName(table),
      asks: `Does everybody read ${configuredName(table)}? Its rows are then shown to the second person`,
      guess: 'yes',
      answers: ['yes', 'no'],
      at: `no code of the app changes it, and it has ${around.counts.get(configuredName(table))} rows from the start`,
    })
  const tables = app
    .filter((table) => table !== people)
    .map((table): OwnershipEntry => {
      const name = configuredName(table)
      const about = `table ${name}`
      if (shared.has(table)) {
        const why = 'no code of the app changes it, and it has rows from the start'
        const key = reaching(table, app)
        guesses.push({
          about,
          says: key
            ? `everybody reads it, nobody writes: ${why}; who deleted one would change rows of others, by ${key}`
            : `everybody reads it, only you write: ${why}`,
          sure: 'likely',
          at: `${around.counts.get(name)} rows`,
        })
        return key ? { name, access: 'reference', why } : { name, owner: 'user_id', access: 'readable', why }
      }
      const guess = ownerColumn(
        table,
        people,
        app.filter((one) => !shared.has(one)),
      )
      const said = guess.others.find((column) => column === around.said.get(name))
      const found = said ? { ...guess, column: said, why: 'as you said', sure: 'certain' as const } : guess
      if (guess.column && guess.others.length)
        unsure.push({
          table: name,
          asks: `Which column of ${name} says whose a row is?`,
          guess: guess.column,
          answers: [guess.column, ...guess.others],
          at: `each is a foreign key to ${people!.name}`,
        })
      const via = found.column
        ? undefined
        : parentWithoutKey(
            table,
            app.filter((one) => one !== people && !shared.has(one)),
          )
      const perUser = SETTINGS.test(table.name) && around.counts.get(name) === 1
      const unique = uniquesOf(table, found.column ?? 'user_id', people)
      const why = via ? `its owner is that of its ${via.parent}: ${via.column}` : found.why
      guesses.push({
        about,
        says: `owned by ${found.column ?? 'user_id'}: ${why}`,
        sure: found.sure,
        at: `table ${name}`,
      })
      if (perUser)
        guesses.push({
          about,
          says: 'one row for each user',
          sure: 'likely',
          at: 'its name, and it has one row',
        })
      for (const index of unique)
        guesses.push({
          about,
          says: `${index} holds for each user, no longer for all`,
          sure: 'likely',
          at: `index ${index}`,
        })
      return {
        name,
        owner: found.column ?? 'user_id',
        ...(via && { via: via.column }),
        ...(perUser && { perUser }),
        ...(unique.length && { unique }),
        why,
      }
    })
  return { users, ownerId, tables: parentsFirst(tables, app), guesses, unsure }
}

function peopleIn(tables: readonly Table[]): Table | null {
  const named = tables.filter(({ name, primaryKey }) => PEOPLE.test(name) && primaryKey.length === 1)
  const pointed = (table: Table) =>
    tables.filter(({ foreignKeys }) => foreignKeys.some(({ target }) => target.id === table.id)).length
  const score = (table: Table) =>
    (/^users?$/i.test(table.name) ? 100 : 0) +
    (table.columns.some(({ name }) => PASSWORD.test(name)) ? 50 : 0) +
    pointed(table)
  return named.sort((a, b) => score(b) - score(a))[0] ?? null
}

/** Nobody writes it, rows came with it, nothing in it points at what is owned. */
function isShared(
  table: Table,
  all: readonly Table[],
  people: Table | null,
  { counts, writes }: OwnershipHints,
): boolean {
  if (writes.has(null) || writes.size === 0) return false
  if ([...writes.keys()].some((name) => name?.toLowerCase() === table.name.toLowerCase())) return false
  if (!counts.get(configuredName(table)) || ownerColumn(table, people, all).column) return false
  return table.foreignKeys.every(({ target }) => {
    const parent = all.find(({ id }) => id === target.id)
    return (
      parent !== undefined &&
      parent !== table &&
      parent !== people &&
      isShared(
        parent,
        all.filter((one) => one !== table),
        people,
        { counts, writes, firstPerson: null, named: null, said: new Map() },
      )
    )
  })
}

/** A key by which the deletion of a row here reaches rows that hang on it: it asks no policy whose they are. */
function reaching(table: Table, all: readonly Table[]): string | undefined {
  return all
    .flatMap(({ foreignKeys }) => foreignKeys)
    .find(({ target, onDelete }) => target.id === table.id && /^(?:cascade|set )/.test(onDelete))?.name
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
