import type { Sequence } from '../../../../database/catalog/tables.js'
import type { Column, Table } from '../../../../database/catalog.js'
import { literal, qualified } from '../../../../database/quoted.js'
import type { Owned } from '../plan/ownership-plan.js'
import { isKey } from './is-key.js'

/** A table, and what its configuration says about its keys. */
type OwnedKeys = Pick<Owned, 'table' | 'owner' | 'keys' | 'unique'>

/** A generated key for which a request could also give a value. */
export interface MadeKey {
  column: string
  /** Its type, to cast a value to. */
  type: string
  /** The sequence of its numbers; null: the default computes them without one. */
  sequence: Sequence | null
  /** The expression that makes the next one; every name in it is qualified with its schema. */
  make: string
}

/** Integer types, as sequences make them. */
const NUMBERS = new Set(['smallint', 'integer', 'bigint'])

/** Their next value can be guessed. */
const COUNTED = new Set([...NUMBERS, 'numeric'])

/**
 * Returns the keys of a table that the database counts: unique numbers of a sequence, and a primary key of numbers
 * with a computed default. A request that took one would make another user's next insert fail. A uuid or a text
 * takes nothing from other users, and neither does a value that their rows may have too: both stay as given.
 */
export function madeKeys({ table, owner, keys, unique = [] }: OwnedKeys): MadeKey[] {
  return table.columns.flatMap((column): MadeKey[] => {
    if (column.name === owner || column.identity === 'always' || column.generated) return []
    // A unique of a partitioned table names what decides on the partition, too.
    const besides = table.partitioned?.columns.filter((name) => name !== column.name) ?? []
    const alone = table.indexes.filter(
      ({ unique, columns }) =>
        unique &&
        isKey(
          columns.filter((name) => !besides.includes(name ?? '')),
          [column.name],
        ),
    )
    if (alone.length === 0) return []
    // Chosen by requests, and one per user: a contract replaces its unique index.
    if (keys === 'chosen' && alone.every(({ name }) => unique.includes(name))) return []
    const type = typeOf(column)
    const sequence = sequenceOf(table, column)
    if (sequence)
      return [{ column: column.name, type, sequence, make: `pg_catalog.nextval(${numbersOf(sequence)})` }]
    const computed =
      column.default?.includes('(') && COUNTED.has(column.baseType) && alone.some(({ primary }) => primary)
    return computed ? [{ column: column.name, type, sequence: null, make: column.default! }] : []
  })
}

export const numbersOf = (sequence: Sequence) => `${literal(qualified(sequence))}::pg_catalog.regclass`

function sequenceOf(table: Table, column: Column): Sequence | null {
  const isMade = column.identity === 'default' || /^nextval\(/.test(column.default ?? '')
  if (!isMade || !NUMBERS.has(column.baseType)) return null
  return table.sequences.find((sequence) => sequence.column === column.name) ?? null
}

/** `character` without a length is one character long. */
const typeOf = ({ baseType }: Column) => (baseType === 'character' ? 'bpchar' : baseType)

/** Whether the database makes a value of its own for each row; a constant default is the same for all. */
export function isMadeForEach({ default: by, identity }: Column): boolean {
  return identity !== null || /[\w"]\(/.test(by ?? '')
}
