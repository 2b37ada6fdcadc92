import type { Submittable, Wire } from './driver.js'

const LEADING = /^(?:\s+|--[^\n]*(?:\n|$)|\/\*[\s\S]*?\*\/)+/
const CONTROL =
  /^(?:begin|start\s+transaction|commit|end|rollback|abort|savepoint|release|prepare\s+transaction|set|reset|show|listen|unlisten|notify|discard|deallocate|close)\b[^;]*;?\s*$/i
// What libraries and health checks ask of a new connection. No table is read, so there is nothing to bind.
const PROBE =
  /^select\s+(?:(?:\*\s+from\s+)?(?:pg_catalog\.)?(?:version|current_schema|current_database)\(\)|now\(\)|\d+(?:\s*\+\s*\d+)?)(?:\s+as\s+"?\w+"?)?\s*;?\s*$/i
const FORGETS = /\b(?:discard|deallocate)\b/i
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
  /** `COPY … TO STDOUT`, whose streams read the socket themselves. */
  readonly copiesOut: boolean
}

// An app sends the same texts over and over. Long ones are values written into the text, which come once.
const MANY = 1_000
const LONG = 4_000
const read = new Map<string, Statement>()

export function statementOf(text: string): Statement {
  const known = read.get(text)
  if (known) return known
  const start = text.replace(LEADING, '')
  const statement = {
    bare: start === '' || CONTROL.test(start) || PROBE.test(start),
    forgets: FORGETS.test(text),
    copiesOut: COPY_OUT.test(start),
  }
  if (text.length <= LONG && read.size < MANY) read.set(text, statement)
  return statement
}
