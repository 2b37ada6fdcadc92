import { createRequire } from 'node:module'
import { resolve } from 'node:path'
import type { Statement } from '../../gate.js'
import { answer } from '../answer.js'

/** How many are kept between two questions: an app that is never asked must not fill its memory. */
const KEPT = 2_000

/** What we read of a query of `pg`, since version 7. */
interface QueryLike {
  text?: unknown
}
interface PgLike {
  Query?: { prototype: { handleCommandComplete?(this: QueryLike, message: { text?: string }): unknown } }
}

/**
 * Notes what the app asks its database and how many rows each statement returned or changed, by wrapping the
 * app's own copy of `pg` before its code loads; tells the gate when asked. Cursors and COPY are not seen.
 */
export function recordStatements(): void {
  const proto = loadPg()?.Query?.prototype
  const original = proto?.handleCommandComplete
  let noted: Statement[] = []
  answer('statements', () => {
    const told = original ? noted : null
    noted = []
    return told
  })
  if (!proto || !original) return
  proto.handleCommandComplete = function noting(message, ...more: unknown[]) {
    const rows = Number(/\d+$/.exec(message.text ?? '')?.[0] ?? 0)
    if (typeof this.text === 'string' && noted.length < KEPT) noted.push({ text: this.text, rows })
    return Reflect.apply(original, this, [message, ...more])
  }
}

function loadPg(): PgLike | null {
  try {
    return createRequire(resolve('app.js'))('pg') as PgLike
  } catch {
    return null
  }
}
