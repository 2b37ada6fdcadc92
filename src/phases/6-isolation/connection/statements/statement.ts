import { memoise } from '../../../../core/memoise.js'
import { isWord, meaningOf } from '../../../../sql/meaning.js'
import type { Token } from '../../../../sql/tokens.js'
import type { Submittable, Wire } from '../driver/driver.js'
import { largeObjectCall } from './large-objects.js'
import { type Leaves, leftBy } from './leaves.js'

// Of one statement, its words apart by one space.
const CONTROL =
  /^(?:begin|start transaction|commit|end|rollback|abort|savepoint|release|prepare transaction|set|reset|show|listen|unlisten|notify|discard|deallocate|close)\b/
// What libraries and health checks ask of a new connection. No table is read, so there is nothing to bind.
const PROBE =
  /^select (?:(?:\* from )?(?:pg_catalog \. )?(?:version|current_schema|current_database) \( \)|now \( \)|\d+(?: \+ \d+)?)(?: as (?:\w+|"\w+"))?$/
const CANCEL = 'select pg_cancel_backend ( $1 )'
const FORGETS = /\b(?:discard|deallocate)\b/i
const KEEPABLE = /^(?:select|with|insert|update|delete|merge|values)\b/
// Literals that are read once, when a statement is prepared, and would stay the day it was then.
const DATED = /\b(?:now|today|tomorrow|yesterday)\b/i

/** The SQL a query carries; of a statement named before, the SQL it was prepared with. */
export function statementText(asked: Submittable, wire: Wire): string {
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
  /** What it may leave on its connection. */
  readonly leaves: Leaves
  /** It ends another connection's query, as knex does after a timeout, and nothing else. */
  readonly cancels: boolean
  /** The function of large objects that it calls. */
  readonly largeObject: string | null
  /** It is one statement. */
  readonly single: boolean
  /** How often it has come and might have been kept; of a long text, which is read again each time, never twice. */
  times: number
  /** `COPY … TO STDOUT`, whose streams read the socket themselves. */
  readonly copiesOut: boolean
}

export const statementOf = memoise((text): Statement => {
  const all = meaningOf(text)
  const tokens = all.at(-1)?.text === ';' ? all.slice(0, -1) : all
  // Only as far as the patterns look: a text may be long.
  const start = tokens.slice(0, 12).map(plain).join(' ')
  const has = (...words: string[]) => tokens.some((token) => isWord(token, ...words))
  const isOne = !tokens.some((token) => token.text === ';')
  return {
    bare: isOne && (start === '' || CONTROL.test(start) || PROBE.test(start)),
    // In any place: a DO block can run it from a string.
    forgets: FORGETS.test(text),
    begins: has('begin', 'start'),
    keepable:
      KEEPABLE.test(start) && !tokens.some((token) => token.kind === 'string' && DATED.test(token.text)),
    steps: has('offset'),
    leaves: leftBy(tokens),
    cancels: start === CANCEL,
    largeObject: largeObjectCall(text, tokens),
    single: isOne && tokens === all,
    times: 0,
    copiesOut:
      isWord(tokens[0], 'copy') &&
      tokens.some((token, at) => isWord(token, 'stdout') && isWord(tokens[at - 1], 'to')),
  }
})

const plain = ({ kind, text }: Token) => (kind === 'word' ? text.toLowerCase() : text)
