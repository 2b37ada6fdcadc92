import { createRequire } from 'node:module'
import { resolve } from 'node:path'
import type { Statement } from '../../gate.js'
import { answer } from '../answer.js'

/**
 * The number of statements kept between two questions: an app that is never asked must not fill its memory.
 */
const KEPT = 2_000

/** The parts of a `pg` query that are read, since version 7. */
interface QueryLike {
  text?: unknown
}
interface PgLike {
  Query?: { prototype: { handleCommandComplete?(this: QueryLike, message: { text?: string }): unknown } }
}

/**
 * Records the app's statements and how many rows each returned or changed, by wrapping the app's own copy of
 * `pg` before its code loads. Cursors and COPY are not recorded.
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
