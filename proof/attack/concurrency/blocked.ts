import { setTimeout as sleep } from 'node:timers/promises'
import { literal, q, quotedTable } from '../../../src/database/quoted.js'
import type { Gate, GateDatabase, Held, Member } from '../../gate/gate.js'
import type { AttackedTable } from '../fixture/rows.js'

/** The name of the wait if a request waits for no lock of the database. */
export const IN_PROCESS = 'queue in the process'

/** How long a request may wait in the app's process before that counts as a queue. Milliseconds. */
const PATIENCE = 4_000
/**
 * The same if the process meanwhile answers others repeatedly, so that the machine is not slow. Milliseconds.
 */
const PASSED_BY = 2_000
const OTHERS = 5
/** …and at a lock of the database, if it is seen there repeatedly. Milliseconds. */
const AT_A_LOCK = 700
const LOOK_AGAIN = 15

/**
 * Locks every row of a user, and their row in the users table. A writing request of that user then stops in
 * the middle, with the locks and queue slots that it has taken so far.
 */
export function holdRowsOf(gate: Gate, tables: readonly AttackedTable[], { id }: Member): Promise<Held> {
  const { users } = gate.config
  const rows = [{ name: users.table, owner: users.id }, ...tables].map(
    ({ name, owner }) =>
      `select 1 from ${quotedTable(name)} where ${q(owner)}::text = ${literal(id)} for update`,
  )
  return gate.database.hold(`set local lock_timeout = '10s'; ${rows.join('; ')}`)
}

interface Waiting {
  pid: number
  by: number[]
  part: string
}

// One big key fills two fields of pg_locks; two small keys have another objsubid.
const WAITING = `select l.pid, pg_blocking_pids(l.pid) as by, case
    when l.locktype = 'advisory' and l.objsubid = 1
      then 'advisory lock ' || (l.classid::bigint << 32 | l.objid::bigint)
    when l.locktype = 'advisory' then 'advisory lock ' || l.classid || ', ' || l.objid
    when l.relation is not null then l.locktype || ' lock of ' || (select relname from pg_class where oid = l.relation)
    else coalesce((select 'row lock of ' || c.relname from pg_locks t join pg_class c on c.oid = t.relation
      where t.pid = l.pid and t.locktype = 'tuple' and t.granted limit 1), 'lock of another transaction') end as part
  from pg_locks l join pg_stat_activity a on a.pid = l.pid
  where not l.granted and a.datname = current_database()`

function waiting(database: GateDatabase): Promise<Waiting[]> {
  return database.sql<Waiting>(WAITING)
}

/** Returns whether a request waits at the locked rows; false if it was answered. */
export async function standsAt(gate: Gate, held: Held, answer: Promise<unknown>): Promise<boolean> {
  let answered = false
  const done = () => {
    answered = true
  }
  answer.then(done, done)
  while (!answered && !gate.signal.aborted) {
    if ((await waiting(gate.database)).some(({ by }) => by.includes(held.pid))) return !answered
    await sleep(LOOK_AGAIN)
  }
  return false
}

/**
 * Returns what a request waits for while the other user's request is stopped; null if it was answered.
 *
 * @param askElse sends another request, which takes no lock, to the same process
 */
export async function waitsFor(
  gate: Gate,
  held: Held,
  answer: Promise<unknown>,
  askElse: () => Promise<unknown>,
): Promise<string | null> {
  let answered = false
  const done = () => {
    answered = true
  }
  answer.then(done, done)
  const before = new Set(
    (await waiting(gate.database)).filter(({ by }) => by.includes(held.pid)).map(({ pid }) => pid),
  )
  const began = performance.now()
  const seen = new Map<string, number>()
  let others = 0
  const passBy = async () => {
    await sleep(PASSED_BY)
    for (; others < OTHERS && !answered; others++) await askElse()
  }
  passBy().catch(() => {}) // then the time limit decides
  while (!answered && !gate.signal.aborted) {
    const now = performance.now()
    const atLocks = (await waiting(gate.database)).filter(({ pid }) => !before.has(pid))
    for (const { pid, part } of atLocks) {
      const key = `${pid} ${part}`
      const since = seen.get(key) ?? now
      seen.set(key, since)
      if (now - since > AT_A_LOCK && !answered) return part
    }
    const isPassedBy = others === OTHERS && atLocks.length === 0
    if ((isPassedBy || now - began > PATIENCE) && !answered) return IN_PROCESS
    await sleep(LOOK_AGAIN)
  }
  return null
}
