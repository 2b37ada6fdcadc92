import type { Sequence } from '../../../../database/catalog/tables.js'
import type { Column, Table } from '../../../../database/catalog.js'
import { literal, qualified } from '../../../../database/quoted.js'
import { isKey } from '../plan/ownership-plan.js'

/** A key that the database makes, where a request could give one too. */
export interface MadeKey {
  column: string
  /** Its type, to cast a value to. */
  type: string
  /** The sequence that its numbers come from; null: a default that is no sequence's, as a uuid's. */
  sequence: Sequence | null
  /** The expression that makes the next one; every name in it carries its schema. */
  make: string
}

/** Whole numbers, as sequences make them. */
const NUMBERS = new Set(['smallint', 'integer', 'bigint'])

/**
 * The keys of a table's rows that the database makes: numbers of a sequence that no two rows have, and a primary key with
 * a default that computes it. A value that other people's rows may have too takes nothing from them.
 */
export function madeKeys(table: Table, owner: string): MadeKey[] {
  return table.columns.flatMap((column): MadeKey[] => {
    if (column.name === owner || column.identity === 'always' || column.generated) return []
    const alone = table.indexes.filter(({ unique, columns }) => unique && isKey(columns, [column.name]))
    if (alone.length === 0) return []
    const type = typeOf(column)
    const sequence = sequenceOf(table, column)
    if (sequence)
      return [{ column: column.name, type, sequence, make: `pg_catalog.nextval(${numbersOf(sequence)})` }]
    const computed = column.default?.includes('(') && alone.some(({ primary }) => primary)
    return computed ? [{ column: column.name, type, sequence: null, make: column.default! }] : []
  })
}

export const numbersOf = (sequence: Sequence) => `${literal(qualified(sequence))}::pg_catalog.regclass`

function sequenceOf(table: Table, column: Column): Sequence | null {
  const isMade = column.identity === 'default' || /^nextval\(/.test(column.default ?? '')
  if (!isMade || !NUMBERS.has(column.baseType)) return null
  return table.sequences.find((sequence) => sequence.column === column.name) ?? null
}

/** `character` alone is one character long. */
const typeOf = ({ baseType }: Column) => (baseType === 'character' ? 'bpchar' : baseType)
