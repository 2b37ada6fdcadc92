import type { ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Knex } from 'knex'
import type { UserId } from '../../../core/context.js'
import type { Kit } from '../../../core/kit.js'
import { onePerApp } from '../../../core/one-per-app.js'
import { Problem } from '../../../core/problem.js'
import { API_TEXTS } from '../words/en-api.js'
import { csvLine } from './csv.js'
import { inLines, LINES } from './export-lines.js'
import { zipLibrary } from './library.js'
import { onOwnConnection } from './own-connection.js'
import { type OwnTable, ownTables, rowCounts } from './own-tables.js'

/** Exports that a process writes at once; each keeps a connection and a snapshot of the database. */
const AT_ONCE = 2
/** How long a client may read nothing. ms */
const STALLED_MS = 60_000
/** When a client that waits for another export may ask again. Seconds */
const RETRY_AFTER = '30'

/** Users whose export is being written. */
const running = onePerApp(() => new Set<string>())

/** What a client wants. */
export interface AskedExport {
  user: UserId
  /** Default: the file itself. True: `LINES`, with the progress. */
  byLines: boolean
}

/**
 * Answers with everything that is stored about a user, as a zip file: each table as JSON and as CSV. All tables are read
 * in one snapshot, and row by row, so that the size of an export is limited by nothing.
 *
 * @throws Problem `unavailable` while this user, or two others, are exporting from this process
 */
export async function sendExport(kit: Kit, asked: AskedExport, res: ServerResponse): Promise<void> {
  const now = running(kit)
  const user = String(asked.user)
  if (now.has(user) || now.size >= AT_ONCE)
    throw new Problem(
      'unavailable',
      API_TEXTS['refused.export_running'],
      {},
      {
        'Retry-After': RETRY_AFTER,
      },
    )
  now.add(user)
  try {
    await onOwnConnection(kit, (db) =>
      db.transaction((trx) => write(kit, trx, asked, res), {
        isolationLevel: 'repeatable read',
        readOnly: true,
      }),
    )
  } catch (error) {
    if (!res.headersSent) throw error
    // The client sees that the file is incomplete: the connection ends within it.
    res.destroy()
    if (!isGone(error)) kit.report(error)
  } finally {
    now.delete(user)
  }
}

async function write(
  kit: Kit,
  trx: Knex.Transaction,
  asked: AskedExport,
  res: ServerResponse,
): Promise<void> {
  const { user, byLines } = asked
  const tables = await ownTables(trx, kit.config, user)
  // Row-level security is bound to the user too: a wrong condition finds no other user's rows.
  await trx.raw(`select set_config('usertwo.user_id', ?, true)`, [String(user)])
  const counts = await rowCounts(trx, tables)
  const now = kit.clock.now()
  const { zip, part, stop } = await zipped(trx, { tables, counts, now })
  res.statusCode = 200
  res.setHeader('Content-Type', byLines ? LINES : 'application/zip')
  res.setHeader('Content-Disposition', `attachment; filename="export-${now.toISOString().slice(0, 10)}.zip"`)
  res.setHeader('Cache-Control', 'no-store')
  res.setTimeout(STALLED_MS, () => void res.destroy())
  await (byLines ? pipeline(zip, inLines(part), res) : pipeline(zip, res)).finally(stop)
}

interface Contents {
  tables: readonly OwnTable[]
  counts: Record<string, number>
  now: Date
}

interface Zipped {
  zip: Readable
  /** how much of the rows has been read, from 0 to 1 */
  part(): number
  /** reads no further, where the file is not read to its end */
  stop(): void
}

async function zipped(trx: Knex.Transaction, { tables, counts, now: mtime }: Contents): Promise<Zipped> {
  const { ZipFile } = await zipLibrary()
  const file = new ZipFile()
  const zip = file.outputStream as Readable
  let reading: Readable | undefined
  let read = 0
  const onRows = (rows: number) => {
    read += rows
  }
  file.on('error', (error: Error) => void zip.destroy(error))
  const about = JSON.stringify({ exported_at: mtime, rows: counts }, null, 2)
  file.addBuffer(Buffer.from(`${about}\n`), 'export.json', { mtime })
  for (const own of tables)
    for (const [ending, rowsOf] of [
      ['json', jsonRows],
      ['csv', csvRows],
    ] as const)
      file.addReadStreamLazy(`${own.path}.${ending}`, { mtime }, (give) => {
        // yazl listens for no error of what it reads.
        reading = Readable.from(rowsOf(trx, own, onRows)).on('error', (error) => void zip.destroy(error))
        give(null, reading)
      })
  file.end()
  // Each table is read twice.
  const all = 2 * Object.values(counts).reduce((sum, rows) => sum + rows, 0)
  return {
    zip,
    part: () => (all === 0 ? 1 : read / all),
    stop() {
      // What fails from here on fails because the file is over: nothing listens any more.
      zip.on('error', () => {})
      reading?.destroy()
    },
  }
}

const isGone = (error: unknown) =>
  ['ERR_STREAM_PREMATURE_CLOSE', 'ECONNRESET', 'EPIPE'].includes((error as NodeJS.ErrnoException).code ?? '')

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
