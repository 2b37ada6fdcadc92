import type { Submittable, Wire } from './driver.js'

const LEADING = /^(?:\s+|--[^\n]*(?:\n|$)|\/\*[\s\S]*?\*\/)+/
const CONTROL =
  /^(?:begin|start\s+transaction|commit|end|rollback|abort|savepoint|release|prepare\s+transaction|set|reset|show|listen|unlisten|notify|discard|deallocate|close)\b[^;]*;?\s*$/i
// What libraries and health checks ask of a new connection. No table is read, so there is nothing to bind.
const PROBE =
  /^select\s+(?:(?:pg_catalog\.)?version\(\)|now\(\)|\d+(?:\s*\+\s*\d+)?)(?:\s+as\s+"?\w+"?)?\s*;?\s*$/i
const FORGETS = /\b(?:discard|deallocate)\b/i
const COPY_OUT = /^copy\b[\s\S]*\bto\s+stdout\b/i

/** The SQL a query carries; of a statement named before, the SQL it was prepared with. */
export function textOf(asked: Submittable, wire: Wire): string {
  const text = asked.text ?? asked.cursor?.text
  if (typeof text === 'string' && text) return text
  if (typeof asked.name !== 'string' || !asked.name) return ''
  return wire.parsedStatements?.[asked.name] || 'execute'
}

/** Whether a query needs no user: transaction control, settings, LISTEN, a question for the version. */
export function goesBare(text: string): boolean {
  const statement = text.replace(LEADING, '')
  return statement === '' || CONTROL.test(statement) || PROBE.test(statement)
}

/** Whether prepared statements may be gone after this text. */
export function forgetsStatements(text: string): boolean {
  return FORGETS.test(text)
}

/** Whether this is `COPY … TO STDOUT`, whose streams read the socket themselves. */
export function copiesOut(text: string): boolean {
  return COPY_OUT.test(text.replace(LEADING, ''))
}
