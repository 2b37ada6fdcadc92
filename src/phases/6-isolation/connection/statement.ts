import { memoise } from '../../../core/memoise.js'
import type { Submittable, Wire } from './driver.js'

const LEADING = /^(?:\s+|--[^\n]*(?:\n|$)|\/\*[\s\S]*?\*\/)+/
const CONTROL =
  /^(?:begin|start\s+transaction|commit|end|rollback|abort|savepoint|release|prepare\s+transaction|set|reset|show|listen|unlisten|notify|discard|deallocate|close)\b[^;]*;?\s*$/i
// What libraries and health checks ask of a new connection. No table is read, so there is nothing to bind.
const PROBE =
  /^select\s+(?:(?:\*\s+from\s+)?(?:pg_catalog\.)?(?:version|current_schema|current_database)\(\)|now\(\)|\d+(?:\s*\+\s*\d+)?)(?:\s+as\s+"?\w+"?)?\s*;?\s*$/i
const FORGETS = /\b(?:discard|deallocate)\b/i
const KEEPABLE = /^(?:select|with|insert|update|delete|merge|values)\b/i
// Where a word is no statement.
const QUOTED =
  /[eE]'(?:[^'\\]|\\[\s\S]|'')*'|'(?:[^']|'')*'|"(?:[^"]|"")*"|(\$(?:[A-Za-z_]\w*)?\$)[\s\S]*?\1|--[^\n]*|\/\*[\s\S]*?\*\//g
// Literals that are read once, when a statement is prepared, and would stay the day it was then.
const DATED = /\b(?:now|today|tomorrow|yesterday)\b/i
const STEPS = /\boffset\b/i
const BEGINS = /\b(?:begin|start)\b/i
const COPY_OUT = /^copy\b[\s\S]*\bto\s+stdout\b/i

/** The SQL a query carries; of a statement named before, the SQL it was prepared with. */
export function textOf(asked: Submittable, wire: Wire): string {
  const text = asked.text ?? asked.cursor?.text
  if (typeof text === 'string' && text) return text
  if (typeof asked.name !== 'string' || !asked.name) return ''
  return wire.parsedStatements?.[asked.name] || 'execute'
}

/** What the layer must know of a text before it goes out. */
export interface Statement {
  /** It needs no user: transaction control, settings, LISTEN, a question for the version. */
  readonly bare: boolean
  /** Prepared statements may be gone after it. */
  readonly forgets: boolean
  /** It may begin a transaction that goes on behind it. */
  readonly begins: boolean
  /** The server may keep it as a prepared statement. */
  readonly keepable: boolean
  /** It steps over rows, which costs by their number whatever the plan reads them by. */
  readonly steps: boolean
  /** It is one statement. */
  readonly single: boolean
  /** How often it has come and might have been kept; of a long text, which is read anew each time, never twice. */
  times: number
  /** `COPY … TO STDOUT`, whose streams read the socket themselves. */
  readonly copiesOut: boolean
}

export const statementOf = memoise((text): Statement => {
  const start = text.replace(LEADING, '')
  return {
    bare: start === '' || CONTROL.test(start) || PROBE.test(start),
    forgets: FORGETS.test(text),
    begins: BEGINS.test(text.replace(QUOTED, ' ')),
    keepable: KEEPABLE.test(start) && !text.match(QUOTED)?.some((piece) => DATED.test(piece)),
    steps: STEPS.test(text),
    single: !text.includes(';'),
    times: 0,
    copiesOut: COPY_OUT.test(start),
  }
})
