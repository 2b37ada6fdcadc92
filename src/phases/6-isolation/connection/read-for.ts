import { readerOf, type UserId } from '../../../core/context.js'
import { patch } from '../../../core/process/patch.js'
import { shared } from '../../../core/process/store.js'
import { slot } from '../../../core/slot.js'
import type { Field } from './driver/driver.js'
import { PG_VERSIONS } from './driver/support.js'
import type { ConnectionPolicy } from './policy.js'
import type { Session } from './session.js'

/** The user for whom the rows of one result were read. One object for all of them. */
export class ReadFor {
  constructor(
    /** null: an anonymous request that reads by `asUser` */
    readonly user: UserId | null,
    /** One of the tables of the result; null: all fields are computed. */
    readonly table: string | null,
  ) {}
}

/** The class of pg's results, which makes an object of each row. */
interface Rows {
  parseRow(fields: unknown[]): object
  _parseRowAsArray(fields: unknown[]): object
}

// Not a WeakMap: with one, twenty rows cost 60 µs more, because V8 keeps the entries of a large one until a
// full collection.
const { tags, now } = shared('read-for', () => ({
  tags: slot<object, ReadFor>(),
  /** The reader of the row that is being parsed. */
  now: { reader: null as ReadFor | null },
}))

/** Returns the user for whom this object was read from the database; undefined: for no user in particular. */
export function readFor(row: object): ReadFor | undefined {
  return tags.get(row)
}

/** Returns the reader to remember for the rows of the current result; null: they are everyone's, or the system's. */
export function readerOfResult(
  session: Session,
  fields: Field[],
  policy: ConnectionPolicy | null,
): ReadFor | null {
  const rows = policy?.rows
  const user = readerOf(session.who)
  if (!rows || user === undefined) return null
  const owned = fields.filter(({ tableID }) => !rows.areOpen(tableID))
  if (owned.length === 0 && fields.length > 0) return null
  const named = owned.find(({ tableID }) => tableID !== 0)
  return new ReadFor(user, named ? rows.nameOf(named.tableID) : null)
}

/** Remembers `reader` with each row that is parsed from now on; returns the reader before. */
export function rowsAreFor(reader: ReadFor | null): ReadFor | null {
  const before = now.reader
  now.reader = reader
  return before
}

/**
 * Hooks the prototype of a copy's results, which make the rows of queries, cursors and streams alike.
 * @returns undo
 */
export function hookRows(prototype: Partial<Rows>): () => void {
  const undo = (['parseRow', '_parseRowAsArray'] as const)
    .filter((name) => typeof prototype[name] === 'function')
    .map((name) =>
      patch(prototype as Rows, name, remembering, {
        of: `pg Result.prototype.${name}`,
        versions: PG_VERSIONS,
        why: WHY,
      }),
    )
  return () => {
    for (const step of undo) step()
  }
}

const WHY = 'each row is remembered with the user it was read for'

// The V8 of Node 20 takes 3 µs to add a private field to what `{ ...other }` made, as pg makes its rows; 0.1 µs to another.
const SPREADS_SLOWLY = Number.parseInt(process.versions.v8, 10) < 12
const isPlain = (row: object) => Object.getPrototypeOf(row) === Object.prototype

function remembering(parse: Rows['parseRow']): Rows['parseRow'] {
  return function (this: Rows, fields) {
    const parsed = parse.call(this, fields)
    if (!now.reader) return parsed
    const row = SPREADS_SLOWLY && isPlain(parsed) ? Object.assign({}, parsed) : parsed
    tags.set(row, now.reader)
    return row
  }
}
