import { inText } from './conditions.js'
import { isStatement, readStatement } from './known/sql.js'
import type { Machine } from './machine.js'
import { type CallSite, type ConditionValue, either, textsOf, UNDEFINED, type Value } from './values.js'

/** Evaluates sql`…`: a statement that is sent, or a condition. */
export function tagged(m: Machine, args: Value[], site: CallSite): Value {
  const [first = UNDEFINED, values] = args
  const given = values?.kind === 'list' ? values.items : []
  const sent = textsOf(first).filter(isStatement)
  if (sent.length) return either(sent.map((sql) => m.ask(site, readStatement(sql, given))))
  const columns = given.flatMap((one, at) =>
    one.kind === 'column' && given[at + 1] ? [{ column: one.name, value: given[at + 1]! }] : [],
  )
  const made: ConditionValue = {
    kind: 'condition',
    conditions: [...columns, ...textsOf(first).flatMap((sql) => inText(sql, given))],
  }
  return made
}
