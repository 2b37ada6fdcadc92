import type { Binding } from '../binding.js'
import type { Session } from '../session.js'
import { upToSync } from './answers.js'

/** A node of a plan, as EXPLAIN tells it. */
interface Node {
  'Node Type': string
  'Relation Name'?: string
  'Index Cond'?: string
  Filter?: string
  Plans?: Node[]
}

/** Whether a table has at most one row for each value of a column. */
export type TellsRows = (table: string, column: string) => boolean

const SCANS = ['Index Scan', 'Index Only Scan']
const PASSES_ON = ['Limit', 'LockRows', 'ModifyTable', 'Result']
// The only column of a comparison with `=`, and what says that it is none or not the only one.
const EQUALS = /^\(*"?(\w+)"?\)*(?:::[\w ]+)? = /
const OTHER = /[<>]| = ANY /

/**
 * Whether a plan is as good for one person as for another, whatever the values: each row that it reads by an index it
 * gives, and a LIMIT says how many; or it reads one row.
 */
export function isSteady(node: Node, tells: TellsRows, limited = false): boolean {
  const type = node['Node Type']
  if (SCANS.includes(type)) {
    if (!(limited && node.Filter === undefined) && !readsOne(node, tells)) return false
  } else if (!PASSES_ON.includes(type)) return false
  return (node.Plans ?? []).every((one) => isSteady(one, tells, limited || type === 'Limit'))
}

function readsOne({ 'Relation Name': table = '', 'Index Cond': condition = '' }: Node, tells: TellsRows) {
  if (OTHER.test(condition)) return false
  const columns = condition.split(' AND ').map((part) => EQUALS.exec(part)?.[1])
  return columns.every(Boolean) && columns.some((column) => tells(table, column!))
}

/**
 * Asks, in front of the query under way and as its user, which plan the server would keep of a statement for all values.
 * Nothing is run.
 */
export function lookAt(
  name: string,
  parameters: number,
  { lead }: Binding,
  session: Session,
  told: (plan: Node) => void,
): void {
  const nulls = parameters > 0 ? `(${Array(parameters).fill('null')})` : ''
  session.wire.query(
    `${lead}set local plan_cache_mode = force_generic_plan; explain (format json, costs off) execute ${name}${nulls}`,
  )
  session.awaits.push((event, message) => {
    if (event === 'dataRow') told(JSON.parse(String(message?.fields?.[0]))[0].Plan)
    return upToSync(event, session)
  })
}
