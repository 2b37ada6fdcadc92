import { memoise } from '../../../core/memoise.js'
import type { Submittable, Wire } from './driver.js'

const LEADING = /^(?:\s+|--[^\n]*(?:\n|$)|\/\*[\s\S]*?\*\/)+/
const CONTROL =
  /^(?:begin|start\s+transaction|commit|end|rollback|abort|savepoint|release|prepare\s+transaction|set|reset|show|listen|unlisten|notify|discard|deallocate|close)\b[^;]*;?\s*$/i
// What libraries and health checks ask of a new connection. No table is read, so there is nothing to bind.
const PROBE =
  /^select\s+(?:(?:\*\s+from\s+)?(?:pg_catalog\.)?(?:version|current_schema|current_database)\(\)|now\(\)|\d+(?:\s*\+\s*\d+)?)(?:\s+as\s+"?\w+"?)?\s*;?\s*$/i
const FORGETS = /\b(?:discard|deallocate)\b/i
// Where a word is no statement.
const QUOTED =
  /[eE]'(?:[^'\\]|\\[\s\S]|'')*'|'(?:[^']|'')*'|"(?:[^"]|"")*"|(\$(?:[A-Za-z_]\w*)?\$)[\s\S]*?\1|--[^\n]*|\/\*[\s\S]*?\*\//g
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
  /** `COPY … TO STDOUT`, whose streams read the socket themselves. */
  readonly copiesOut: boolean
}

export const statementOf = memoise((text): Statement => {
  const start = text.replace(LEADING, '')
  return {
    bare: start === '' || CONTROL.test(start) || PROBE.test(start),
    forgets: FORGETS.test(text),
    begins: BEGINS.test(text.replace(QUOTED, ' ')),
    copiesOut: COPY_OUT.test(start),
  }
})
