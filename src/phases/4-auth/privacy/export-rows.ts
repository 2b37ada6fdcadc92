import type { Knex } from 'knex'
import { csvLine } from './csv.js'
import type { OwnTable } from './own-tables.js'

/** Rows that are in memory at once. */
const BATCH = 200

/** Is called with the number of rows that have been read since the last call. */
export type OnRows = (rows: number) => void

/** Yields the rows of a table as a JSON array, in pieces; values are what PostgreSQL's `to_jsonb` makes of them. */
export async function* jsonRows(
  trx: Knex.Transaction,
  own: OwnTable,
  onRows: OnRows,
): AsyncGenerator<string> {
  const columns = own.columns.map(() => 't.??').join(', ')
  const select = `select to_jsonb(r)::text as row from (select ${columns} from ?? t where ${own.where[0]}) r`
  let before = '[\n'
  for await (const rows of batches<{ row: string }>(trx, own, select)) {
    onRows(rows.length)
    yield before + rows.map(({ row }) => row).join(',\n')
    before = ',\n'
  }
  yield before === ',\n' ? '\n]\n' : '[]\n'
}

/** Yields the rows of a table as CSV, in pieces; values are PostgreSQL's texts. */
export async function* csvRows(trx: Knex.Transaction, own: OwnTable, onRows: OnRows): AsyncGenerator<string> {
  yield `${csvLine(own.columns)}\r\n`
  const cells = own.columns.map(() => 't.??::text').join(', ')
  const select = `select array[${cells}] as cells from ?? t where ${own.where[0]}`
  for await (const rows of batches<{ cells: (string | null)[] }>(trx, own, select)) {
    onRows(rows.length)
    yield rows.map((row) => `${csvLine(row.cells)}\r\n`).join('')
  }
}

/** Reads by a cursor, so that a table of any size takes the memory of one batch. */
async function* batches<Row>(trx: Knex.Transaction, own: OwnTable, select: string): AsyncGenerator<Row[]> {
  const [, bindings] = own.where
  await trx.raw(`declare export_rows no scroll cursor for ${select}`, [
    ...own.columns,
    own.table,
    ...bindings,
  ])
  try {
    for (;;) {
      const { rows } = await trx.raw<{ rows: Row[] }>(`fetch ${BATCH} from export_rows`)
      if (rows.length > 0) yield rows
      if (rows.length < BATCH) break
    }
  } finally {
    // After an error, or where the reader has gone, the transaction ends by itself, and the cursor with it.
    await trx.raw('close export_rows').catch(() => {})
  }
}
