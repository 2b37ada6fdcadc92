import type { Statement } from '../../gate.js'
import { answer } from '../answer.js'
import { forEachCopyOfPg } from '../pg-copies.js'

/**
 * The number of statements kept between two questions: an app that is never asked must not fill its memory.
 */
const KEPT = 2_000
/** How long the bound values of a statement may be as JSON. A file that is stored is longer. */
const LONGEST_VALUES = 20_000

/**
 * Records the app's statements and how many rows each returned or changed, by wrapping the copies of `pg` that it uses.
 * Answers null while there is no copy that can be wrapped. Cursors and COPY are not recorded.
 */
export function recordStatements(): void {
  let noted: Statement[] | null = null
  let last = performance.now()
  answer('statements', () => {
    const told = noted
    if (noted) noted = []
    return told
  })
  answer('quietFor', () => (noted ? performance.now() - last : null))
  forEachCopyOfPg(({ Query }) => {
    const original = Query?.prototype.handleCommandComplete
    if (!Query || !original) return
    noted ??= []
    Query.prototype.handleCommandComplete = function noting(message, ...more: unknown[]) {
      last = performance.now()
      const rows = Number(/\d+$/.exec(message.text ?? '')?.[0] ?? 0)
      if (typeof this.text === 'string' && noted && noted.length < KEPT)
        noted.push({ text: this.text, rows, values: keptValues(this.values) })
      return Reflect.apply(original, this, [message, ...more])
    }
  })
}

/** Returns bound values as JSON can hold them; undefined if it cannot, or if they are too long. */
function keptValues(values: unknown): unknown[] | undefined {
  if (!Array.isArray(values) || values.length === 0) return undefined
  try {
    const plain = values.map((value) => (Buffer.isBuffer(value) ? `\\x${value.toString('hex')}` : value))
    return JSON.stringify(plain).length > LONGEST_VALUES ? undefined : plain
  } catch {
    return undefined
  }
}
