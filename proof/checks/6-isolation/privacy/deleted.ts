import { setTimeout as sleep } from 'node:timers/promises'
import { quotedTable } from '../../../../src/database/quoted.js'
import type { Gate, Member, People } from '../../../gate/gate.js'
import type { Questions } from '../../4-auth/gate-login.js'
import { rowsOf, type TableOfUsers } from './rows-in-database.js'

export const LEFT = 'rows of a deleted user are left'
const OTHERS = 'rows of another user changed with a deletion'
/** How long the process that starts after the deletion is due may take for it. ms */
const DELETED_MS = 20_000
/** The interval at which it is looked at. ms */
const LOOK_MS = 100

/** The second user asks to be deleted; a process that starts when it is due deletes them, and nothing else. */
export async function deleted(
  gate: Gate,
  tables: readonly TableOfUsers[],
  { owner, other }: People,
  found: Questions,
): Promise<void> {
  const { mount } = gate.config.auth
  const path = `${mount}/privacy/deletion`
  const route = `POST ${path}`
  await found.expect('the owner can be deleted', 403, 'POST', path, { as: owner })
  await found.expect('a user cannot be deleted', 202, 'POST', path, { as: other })
  const before = await Promise.all(tables.map((table) => rowsOf(gate.database, table, owner.id)))
  await gate.database.sql(`update usertwo.deletions set due_at = '2000-01-01'`)
  await gate.app({ instance: 'after the deletion was due' })
  await untilGone(gate, other)
  for (const [index, table] of tables.entries()) {
    const left = await rowsOf(gate.database, table, other.id)
    found.holds(left.length === 0, {
      what: LEFT,
      route,
      table: table.name,
      expected: '0 rows',
      got: `${left.length}`,
    })
    const now = await rowsOf(gate.database, table, owner.id)
    const was = before[index]!
    found.holds(now.length === was.length && now.every((row, n) => row === was[n]), {
      what: OTHERS,
      route,
      table: table.name,
    })
  }
  const account = { sql: quotedTable(gate.config.users.table), columns: [gate.config.users.id] }
  const left = await rowsOf(gate.database, account, other.id)
  found.holds(left.length === 0, { what: LEFT, route, table: gate.config.users.table })
  await found.expect('the login of a deleted user goes on', 401, 'GET', `${mount}/me`, { as: other })
}

async function untilGone(gate: Gate, { id }: Member): Promise<void> {
  const until = performance.now() + (gate.proving ? DELETED_MS / 4 : DELETED_MS)
  while (performance.now() < until && !gate.signal.aborted) {
    const [row] = await gate.database.sql('select from usertwo.deletions where user_id::text = $1', [
      String(id),
    ])
    if (!row) return
    await sleep(LOOK_MS)
  }
}
