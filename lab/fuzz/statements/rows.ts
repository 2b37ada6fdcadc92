import fc from 'fast-check'
import { FAMOUS, type FuzzTable, idOf, ROWS, tableOf } from '../schema.js'
import { pick, type Side, weighted } from '../side.js'
import type { Who } from './write.js'

/** A new row as the app writes it. */
export type NewRow = (side: Side, table: FuzzTable, who: Who) => Record<string, unknown>

interface Reference {
  kind: 'own' | 'left out' | 'none' | 'missing' | 'foreign'
  row: number
}

export const references: fc.Arbitrary<Reference> = fc.record({
  kind: weighted<Reference['kind']>(
    [55, 'left out'],
    [25, 'own'],
    [10, 'none'],
    [4, 'missing'],
    [6, 'foreign'],
  ),
  row: pick,
})

/**
 * New rows with an unused id or the sequence's; with the owner as old code writes it (left out, as a number,
 * as text); and with parents that are the user's own, missing, or another user's. Those of another user must
 * look missing, unless the user may read them.
 */
export const newRows: fc.Arbitrary<NewRow> = fc
  .record({
    id: fc.option(fc.noBias(fc.integer({ min: 900_000, max: 989_999 })), { freq: 4 }),
    n: fc.nat(5),
    name: fc.option(fc.constantFrom('red', 'black'), { freq: 2 }),
    owner: weighted<'left out' | 'number' | 'text'>([2, 'left out'], [1, 'number'], [1, 'text']),
    slug: fc.option(fc.integer({ min: 20, max: 40 }), { freq: 2 }),
    links: fc.tuple(references, references, references),
  })
  .map(
    ({ id, n, name, owner, slug, links }): NewRow =>
      (side, table, who) => {
        const row: Record<string, unknown> = { n }
        if (id !== null) row.id = id
        if (name !== null) row.name = name
        if (owner !== 'left out') row[table.owner!] = owner === 'text' ? String(side.me) : side.me
        if (table.slug && slug !== null) row.slug = `new${slug}`
        for (const [i, column] of Object.keys(table.links).entries()) {
          const value = referenceOf(table, column, links[i]!, who)
          if (value !== undefined) row[column] = value
        }
        return row
      },
  )

/** Returns the value for a column that refers to another row; undefined: the column is left out. */
export function referenceOf(
  table: FuzzTable,
  column: string,
  { kind, row }: Reference,
  who: Who,
): number | null | undefined {
  const { to, key } = table.links[column]!
  const parent = tableOf(to)
  if (kind === 'left out') return undefined
  if (kind === 'none') return null
  if (kind === 'missing') return 5
  if (parent.owner === null) return idOf(to, 1, row % ROWS)
  // A link without a foreign key may refer to any row, unchecked: the value is the same on both sides.
  const foreign = kind === 'foreign'
  return idOf(to, foreign ? who.other : who.user, row % (foreign && key ? FAMOUS : ROWS))
}
