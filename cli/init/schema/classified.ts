import type { Table } from '../../../src/database/catalog.js'
import type { InitGuess } from '../guess.js'
import { configuredName, ownerColumn, parentWithoutKey, uniquesOf } from './columns.js'
import type { Ownership, OwnershipEntry, OwnershipHints } from './owners.js'

const SETTINGS = /^(?:app_?)?(?:settings?|preferences?|prefs|options|config(?:uration)?)$/i

/** How a table is written into the configuration, and what only its owner can say of it. */
interface Classified {
  entry: OwnershipEntry
  guesses: InitGuess[]
  unsure: Ownership['unsure']
}

export function sharedQuestion(table: Table, { counts }: OwnershipHints): Ownership['unsure'][number] {
  const name = configuredName(table)
  return {
    table: name,
    asks: `Does everybody read ${name}? Its rows are then shown to the second person`,
    guess: 'yes',
    answers: ['yes', 'no'],
    at: `no code of the app changes it, and it has ${counts.get(name)} rows from the start`,
  }
}

/** A table that every user reads. */
export function sharedTable(table: Table, app: readonly Table[], { counts }: OwnershipHints): Classified {
  const name = configuredName(table)
  const why = 'no code of the app changes it, and it has rows from the start'
  const key = reaching(table, app)
  const says = key
    ? `every user reads it, none writes: ${why}; a deleted row would change rows of other users, by ${key}`
    : `every user reads it, only you write: ${why}`
  return {
    entry: key ? { name, access: 'reference', why } : { name, owner: 'user_id', access: 'readable', why },
    guesses: [{ about: `table ${name}`, says, sure: 'likely', at: `${counts.get(name)} rows` }],
    unsure: [],
  }
}

/**
 * A table whose rows each belong to one user.
 * @param unshared the tables of the app that are private
 */
export function ownedTable(
  table: Table,
  unshared: readonly Table[],
  people: Table | null,
  { counts, said }: OwnershipHints,
): Classified {
  const name = configuredName(table)
  const guess = ownerColumn(table, people, unshared)
  const chosen = guess.others.find((column) => column === said.get(name))
  const found = chosen ? { ...guess, column: chosen, why: 'as you said', sure: 'certain' as const } : guess
  const owner = found.column ?? 'user_id'
  const via = found.column
    ? undefined
    : parentWithoutKey(
        table,
        unshared.filter((one) => one !== people),
      )
  const unique = uniquesOf(table, owner, people, unshared)
  const isByKey = table.indexes.some((index) => index.primary && unique.includes(index.name))
  const perUser = SETTINGS.test(table.name) && counts.get(name) === 1 && !isByKey
  const why = via ? `its owner is that of its ${via.parent}: ${via.column}` : found.why
  return {
    entry: {
      name,
      owner,
      ...(via && { via: via.column }),
      ...(perUser && { perUser }),
      ...(unique.length && { unique }),
      why,
    },
    guesses: [
      { about: `table ${name}`, says: `owned by ${owner}: ${why}`, sure: found.sure, at: `table ${name}` },
      ...rowsPerUserGuesses(name, perUser, unique),
    ],
    unsure:
      guess.column && guess.others.length
        ? [
            {
              table: name,
              asks: `Which column of ${name} says whose a row is?`,
              guess: guess.column,
              answers: [guess.column, ...guess.others],
              at: `each is a foreign key to ${people!.name}`,
            },
          ]
        : [],
  }
}

function rowsPerUserGuesses(name: string, perUser: boolean, unique: readonly string[]): InitGuess[] {
  const about = `table ${name}`
  const one: InitGuess = {
    about,
    says: 'one row for each user',
    sure: 'likely',
    at: 'its name, and it has one row',
  }
  return [
    ...(perUser ? [one] : []),
    ...unique.map(
      (index): InitGuess => ({
        about,
        says: `${index} holds for each user, no longer for all`,
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
