import type { Binding } from '../binding.js'
import type { Session } from '../session.js'
import { upToSync } from './answers.js'

/** A node of a plan, as in the output of EXPLAIN. */
interface Node {
  'Node Type': string
  'Relation Name'?: string
  'Index Cond'?: string
  Filter?: string
  Plans?: Node[]
}

/** Whether a column is a key of a table: at most one row for each value. */
export type TellsRows = (table: string, column: string) => boolean

const SCANS = ['Index Scan', 'Index Only Scan']
const PASSES_ON = ['Limit', 'LockRows', 'ModifyTable', 'Result']
// The column of a comparison with `=`, and what shows another kind of comparison.
const EQUALS = /^\(*"?(\w+)"?\)*(?:::[\w ]+)? = /
const OTHER = /[<>]| = ANY /

/** Whether a plan suits all users and values: it returns every row it reads, up to a LIMIT, or reads one row. */
export function isSteady(node: Node, isUnique: TellsRows, limited = false): boolean {
  const type = node['Node Type']
  if (SCANS.includes(type)) {
    if (!(limited && node.Filter === undefined) && !readsOne(node, isUnique)) return false
  } else if (!PASSES_ON.includes(type)) return false
  return (node.Plans ?? []).every((one) => isSteady(one, isUnique, limited || type === 'Limit'))
}

function readsOne({ 'Relation Name': table = '', 'Index Cond': condition = '' }: Node, isUnique: TellsRows) {
  if (OTHER.test(condition)) return false
  const columns = condition.split(' AND ').map((part) => EQUALS.exec(part)?.[1])
  return columns.every(Boolean) && columns.some((column) => isUnique(table, column!))
}

/** Asks the server, before the current query and as its user, for the generic plan of a statement. Nothing is executed. */
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
