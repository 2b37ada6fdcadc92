import type { ServerMessage } from './driver/driver.js'
import type { ConnectionPolicy } from './policy.js'
import type { Session } from './session.js'

/** The SQLSTATE of notices from `usertwo.passes`, in a class that PostgreSQL reserves for users. */
export const PASSED = 'UT001'

/** Other users' rows that one statement reached, by table and verb. */
export type Passing = Map<string, Passed>

interface Passed {
  table: string
  verb: string
  /** Counted in earlier parts of the answer; the fetches of a cursor are counted one by one. */
  before: number
  rows: number
}

/** Records a notice of `usertwo.passes`; false: the notice is from another source and goes to the app. */
export function hear(passing: Passing, { code, detail }: ServerMessage): boolean {
  const said = code === PASSED ? read(detail) : null
  if (!said) return false
  const { table, verb, rows } = said
  const key = `${verb} ${table}`
  const known = passing.get(key) ?? { table, verb, before: 0, rows: 0 }
  if (rows <= known.rows) known.before += known.rows
  known.rows = rows
  passing.set(key, known)
  return true
}

function read(detail: string | undefined): Pick<Passed, 'table' | 'verb' | 'rows'> | null {
  try {
    const { table, verb, rows } = JSON.parse(detail ?? '')
    return typeof table === 'string' && typeof verb === 'string' && Number.isInteger(rows)
      ? { table, verb, rows }
      : null
  } catch {
    return null
  }
}

/** Reports at the end of a statement: each table once, by what was done to it rather than by the read that goes with it. */
export function tellPassed(session: Session, policy: ConnectionPolicy | null): void {
  const all = [...session.passing.values()]
  session.passing.clear()
  const written = new Set(all.filter(({ verb }) => verb !== 'select').map(({ table }) => table))
  for (const { table, verb, before, rows } of all)
    if (verb !== 'select' || !written.has(table))
      policy?.letPass?.({
        table,
        verb,
        rows: before + rows,
        sql: session.text,
        person: session.bound ?? 'none',
      })
}
