import { memoise } from '../../../../core/memoise.js'
import { isWord, meaningOf } from '../../../../sql/meaning.js'
import type { Token } from '../../../../sql/tokens.js'
import type { Submittable, Wire } from '../driver/driver.js'
import { largeObjectCall } from './large-objects.js'
import { type Leaves, leftBy } from './leaves.js'

// Matches one statement whose words are separated by single spaces.
const CONTROL =
  /^(?:begin|start transaction|commit|end|rollback|abort|savepoint|release|prepare transaction|set|reset|show|listen|unlisten|notify|discard|deallocate|close)\b/
// Queries of libraries and health checks on a new connection. They read no table, so there is nothing to bind.
const PROBE =
  /^select (?:(?:\* from )?(?:pg_catalog \. )?(?:version|current_schema|current_database) \( \)|now \( \)|\d+(?: \+ \d+)?)(?: as (?:\w+|"\w+"))?$/
const CANCEL = 'select pg_cancel_backend ( $1 )'
const FORGETS = /\b(?:discard|deallocate)\b/i
const KEEPABLE = /^(?:select|with|insert|update|delete|merge|values)\b/
// Literals that are evaluated when a statement is prepared, and would keep the value of that day.
const DATED = /\b(?:now|today|tomorrow|yesterday)\b/i

/** The SQL of a query; for a statement that was named before, the SQL it was prepared with. */
export function statementText(asked: Submittable, wire: Wire): string {
  const text = asked.text ?? asked.cursor?.text
  if (typeof text === 'string' && text) return text
  if (typeof asked.name !== 'string' || !asked.name) return ''
  return wire.parsedStatements?.[asked.name] || 'execute'
}

/** What the layer must know of a text before it is sent. */
export interface StatementFacts {
  /** It needs no user: transaction control, settings, LISTEN, a query for the version. */
  readonly bare: boolean
  /** Prepared statements may be gone after it. */
  readonly forgets: boolean
  /** It may begin a transaction that stays open after it. */
  readonly begins: boolean
  /** The server may keep it as a prepared statement. */
  readonly keepable: boolean
  /** It skips rows (OFFSET), which costs by their number whatever the plan. */
  readonly steps: boolean
  /** What it may leave on its connection. */
  readonly leaves: Leaves
  /** It ends another connection's query, as knex does after a timeout, and nothing else. */
  readonly cancels: boolean
  /** The function of large objects that it calls. */
  readonly largeObject: string | null
  /** It is one statement. */
  readonly single: boolean
  /** How often it was sent and might have been kept; for a long text, which is parsed again each time, never twice. */
  times: number
  /** `COPY … TO STDOUT`, whose streams read the socket themselves. */
  readonly copiesOut: boolean
}

export const statementOf = memoise((text): StatementFacts => {
  const all = meaningOf(text)
  const tokens = all.at(-1)?.text === ';' ? all.slice(0, -1) : all
  // Only as far as the patterns need: a text may be long.
  const start = tokens.slice(0, 12).map(plain).join(' ')
  const has = (...words: string[]) => tokens.some((token) => isWord(token, ...words))
  const isOne = !tokens.some((token) => token.text === ';')
  return {
    bare: isOne && (start === '' || CONTROL.test(start) || PROBE.test(start)),
    // Anywhere in the text: a DO block can execute it from a string.
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
