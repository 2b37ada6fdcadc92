import type { Table } from '../../../src/database/catalog.js'
import { isMadeForEach } from '../../../src/phases/6-isolation/schema/keys/made-keys.js'
import {
  howToLetGo,
  type UpsertText,
  upsertsOn,
} from '../../../src/phases/6-isolation/schema/keys/named-uniques.js'
import {
  chosenAndPointedAt,
  pointedAtProblem,
} from '../../../src/phases/6-isolation/schema/keys/pointed-at.js'
import {
  type PointingKey,
  pointingKeys,
  whyKept,
} from '../../../src/phases/6-isolation/schema/keys/pointing-keys.js'
import type { InitGuess } from '../guess.js'
import { addedColumn, configuredName, isOneRow, ownerColumn, parentWithoutKey } from './columns.js'
import type { Ownership, OwnershipEntry, OwnershipHints } from './owners.js'
import type { RequestKey } from './request-keys.js'
import { maybeSecret } from './secrets.js'
import type { Planned } from './uniques.js'

const SETTINGS = /^(?:app_?)?(?:settings?|preferences?|prefs|options|config(?:uration)?)$/i

/** How a table is written into the configuration, and what only its owner can say of it. */
interface Classified {
  entry: OwnershipEntry
  guesses: InitGuess[]
  unsure: Ownership['unsure']
}

/** @param closed why it is private unless the owner says otherwise; null: it is not */
export function sharedQuestion(
  table: Table,
  { counts }: OwnershipHints,
  closed: string | null,
): Ownership['unsure'][number] {
  const name = configuredName(table)
  const hint = maybeSecret(table)
  const about = closed
    ? `: ${closed}`
    : hint
      ? `, and its column ${hint} may be a secret that opens something`
      : ''
  return {
    table: name,
    asks: `Does everybody read ${name}? Its rows are then shown to the second person${about}`,
    guess: closed ? 'no' : 'yes',
    answers: closed ? ['no', 'yes'] : ['yes', 'no'],
    at: `no code of the app changes it, and it has ${counts.get(name)} rows from the start`,
  }
}

/** What the owner was not asked, and may have to change. */
export function sharedPoint(table: Table, closed: string | null): string[] {
  const name = configuredName(table)
  if (closed)
    return [`table ${name}: it is private, as ${closed}: if every user may read it, add access: 'readable'`]
  const hint = maybeSecret(table)
  return hint
    ? [
        `table ${name}: every user reads it, and its column ${hint} may be a secret that opens something: if it is, take its access out of the configuration`,
      ]
    : []
}

/** A table that every user reads. */
export function sharedTable(
  table: Table,
  app: readonly Table[],
  { counts, inUse }: OwnershipHints,
): Classified {
  const name = configuredName(table)
  const why = 'no code of the app changes it, and it has rows from the start'
  const key = reaching(table, app)
  const says = key
    ? `every user reads it, none writes: ${why}; a deleted row would change rows of other users, by ${key}`
    : `every user reads it, only you write: ${why}`
  return {
    entry: key
      ? { name, access: 'reference', why }
      : { name, owner: addedColumn(table, inUse), access: 'readable', why },
    guesses: [{ about: `table ${name}`, says, sure: 'likely', at: `${counts.get(name)} rows` }],
    unsure: [],
  }
}

/** A table that can have no owner: of another server, or one that inherits. @param why the reason, with what to do */
export function closedTable(table: Table, why: string): Classified {
  const name = configuredName(table)
  return {
    entry: { name, access: 'closed', why },
    guesses: [
      {
        about: `table ${name}`,
        says: `no request reaches it: ${why}`,
        sure: 'certain',
        at: `table ${name}`,
      },
    ],
    unsure: [],
  }
}

/** The owner column of a table: as the catalog, the rows and the user say. */
export function guessedOwner(
  table: Table,
  unshared: readonly Table[],
  people: Table | null,
  { said, rows, inUse }: OwnershipHints,
) {
  const guess = ownerColumn(table, people, unshared, rows.owners)
  const chosen = guess.others.find((column) => column === said.get(configuredName(table)))
  const found = chosen ? { ...guess, column: chosen, why: 'as you said', sure: 'certain' as const } : guess
  return { guess, found, owner: found.column ?? addedColumn(table, inUse) }
}

/**
 * A table whose rows each belong to one user.
 * @param unshared the tables of the app that are private
 * @param planned those with an owner column, and their uniques per user
 */
export function ownedTable(
  table: Table,
  unshared: readonly Table[],
  people: Table | null,
  planned: Planned,
  hints: OwnershipHints,
): Classified {
  const { counts, rows, chosen: byRequests = new Map(), upserts = [] } = hints
  const name = configuredName(table)
  const { guess, found, owner } = guessedOwner(table, unshared, people, hints)
  const via = found.column
    ? undefined
    : parentWithoutKey(
        table,
        unshared.filter((one) => one !== people),
        rows.orphans,
      )
  const given = byRequests.get(name)
  const unique = [...(planned.owned.find((one) => one.table === table)?.unique ?? [])]
  const isByKey = table.indexes.some((index) => index.primary && unique.includes(index.name))
  const oneRow = isOneRow(table)
  const perUser = oneRow || (SETTINGS.test(table.name) && counts.get(name) === 1 && !isByKey)
  const why = via ? `its owner is that of its ${via.parent}: ${via.column}` : found.why
  return {
    entry: {
      name,
      owner,
      ...(via && { via: via.column }),
      ...(perUser && { perUser }),
      ...(given && isByKey && hasMadeKey(table) && { keys: 'chosen' as const }),
      ...(unique.length && { unique }),
      why,
    },
    guesses: [
      { about: `table ${name}`, says: `owned by ${owner}: ${why}`, sure: found.sure, at: `table ${name}` },
      ...rowsPerUserGuesses(
        name,
        perUser && (oneRow ? 'it holds one row' : 'its name, and it has one row'),
        unique.map((index) => ({
          index,
          owner,
          by: upsertsOn(table, owner, index, upserts),
          pointing: pointingKeys(table, columnsOf(table, index), planned.app),
        })),
      ),
      ...(given && isByKey ? [requestKeyGuess(name, given)] : []),
      ...pointedAtGuesses(table, planned, given?.columns),
    ],
    unsure: ownerQuestion(name, guess, people),
  }
}

/** Whether the database has a default for the primary key. */
const hasMadeKey = ({ columns, primaryKey }: Table) =>
  columns.some((column) => primaryKey.includes(column.name) && isMadeForEach(column))

const requestKeyGuess = (name: string, { at }: RequestKey): InitGuess => ({
  about: `table ${name}`,
  says: 'requests choose the key of its rows, so each user has keys of their own',
  sure: 'likely',
  at,
})

/** Says of each key that users choose, and that stays one for all users, why it does. */
function pointedAtGuesses(
  table: Table,
  planned: Planned,
  chosen: ReadonlySet<string> | undefined,
): InitGuess[] {
  const parent = planned.owned.find((one) => one.table === table)
  if (!parent) return []
  return chosenAndPointedAt(table, parent.owner, planned.app, chosen)
    .filter(({ index }) => !parent.unique?.includes(index))
    .map((one) => {
      const { what, fix } = pointedAtProblem(one, table, whyKept(parent, one.by, planned.owned))
      const about = `table ${configuredName(table)}`
      return { about, says: `${what}; ${fix}`, sure: 'certain', at: `index ${one.index}` }
    })
}

/** Which of several keys to users is the owner's; and whether a column that is only called so is one. */
function ownerQuestion(
  table: string,
  { column, others }: ReturnType<typeof ownerColumn>,
  people: Table | null,
): Ownership['unsure'] {
  const [named] = others
  if (!named) return []
  if (!column)
    return [
      {
        table,
        asks: `Does ${named} of ${table} say which user a row belongs to? If not, a column of its own is added, and all its rows are yours`,
        guess: 'no',
        answers: ['no', named],
        at: `only its name says so`,
      },
    ]
  return [
    {
      table,
      asks: `Which column of ${table} says whose a row is?`,
      guess: column,
      answers: [column, ...others],
      at: `each is a foreign key to ${people!.name}`,
    },
  ]
}

const columnsOf = ({ indexes }: Table, index: string) =>
  indexes.find(({ name }) => name === index)?.columns ?? []

function rowsPerUserGuesses(
  name: string,
  perUser: string | false,
  unique: readonly {
    index: string
    owner: string
    by: readonly UpsertText[]
    pointing: readonly PointingKey[]
  }[],
): InitGuess[] {
  const about = `table ${name}`
  const waits = unique.length > 0 ? '; until `usertwo migrate up --contract` no other user can register' : ''
  return [
    ...(perUser
      ? [{ about, says: `one row for each user${waits}`, sure: 'likely' as const, at: perUser }]
      : []),
    ...unique.map(
      ({ index, owner, by, pointing }): InitGuess => ({
        about,
        says: by.length
          ? `${index} holds for each user once you ${howToLetGo(owner, by)}; until then it stays for all, and other users cannot use a value that you have`
          : `${index} holds for each user, no longer for all${pointing.map(({ child, key }) => `; ${child.name}.${key.name}, which points to it, is given the owner`).join('')}`,
        sure: 'likely',
        at: `index ${index}`,
      }),
    ),
  ]
}

/**
 * A foreign key by which deleting a row here changes rows that refer to it. Policies do not apply to its
 * actions.
 */
function reaching(table: Table, all: readonly Table[]): string | undefined {
  return all
    .flatMap(({ foreignKeys }) => foreignKeys)
    .find(({ target, onDelete }) => target.id === table.id && /^(?:cascade|set )/.test(onDelete))?.name
}
