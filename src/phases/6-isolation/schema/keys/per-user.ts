import type { UserId } from '../../../../core/context.js'
import type { Queryable } from '../../../../database/catalog/ask.js'
import { type Column, readCatalog } from '../../../../database/catalog.js'
import { columnList, q, qualified } from '../../../../database/quoted.js'
import { type Owned, type OwnershipPlan, resolvePlan } from '../plan/ownership-plan.js'
import { OwnershipError } from '../step.js'
import { isMadeForEach } from './made-keys.js'

/**
 * Gives a new user the owner's row of every `perUser` table (settings), with a new id. A user who has a row keeps it,
 * so a second call changes nothing. The values are the owner's at that moment.
 *
 * @param client acts for the system (`usertwo.user_id = 'system'` as the login, or a superuser), inside the
 *   transaction that makes the user: its end releases the lock that keeps two calls apart
 * @returns the tables that got a row
 * @throws OwnershipError when other users' rows are hidden from this connection: it would silently copy nothing
 */
export async function copyPerUserRows(
  client: Queryable,
  plan: OwnershipPlan,
  userId: UserId,
): Promise<string[]> {
  const catalog = await readCatalog(client)
  const { owned } = await resolvePlan(client, plan, catalog)
  const copied: string[] = []
  for (const one of owned.filter((table) => table.perUser)) {
    await assertSeesAll(client, one)
    await client.query('select pg_catalog.pg_advisory_xact_lock($1::int, pg_catalog.hashtext($2))', [
      one.table.oid % 2 ** 31,
      String(userId),
    ])
    const at = qualified(one.table)
    const columns = copiedColumns(one)
    const values = columns.map((column) => copiedValue(one, column))
    const { rowCount } = await client.query(
      `insert into ${at} (${columnList([one.owner, ...columns])})
      select ${['$1', ...values].join(', ')} from ${at} t
      where t.${q(one.owner)} = $2 and not exists (select from ${at} o where o.${q(one.owner)} = $1)`,
      [userId, plan.owner.id],
    )
    if (rowCount) copied.push(one.table.id)
  }
  return copied
}

/** The owner's value. A time in the past, which reveals when the owner did something, becomes the current time. */
function copiedValue({ table }: Owned, name: string): string {
  const value = `t.${q(name)}`
  const { type } = table.columns.find((column) => column.name === name)!
  if (!type.startsWith('timestamp')) return value
  return `case when ${value} < pg_catalog.now() then pg_catalog.now() else ${value} end`
}

/**
 * All columns except the owner, generated columns, and a generated key. A key that is the same in each user's row, as in
 * a table of one row, is copied.
 */
function copiedColumns({ table, owner }: Owned): string[] {
  const isKey = ({ name }: Column) => name !== owner && table.primaryKey.includes(name)
  const fixed = table.columns.filter((column) => isKey(column) && !isMadeForEach(column))
  if (fixed.length > 0 && !table.primaryKey.includes(owner))
    throw new OwnershipError([
      `${table.id}.${fixed[0]!.name}: a second row needs a key of its own, and the database makes none; make the key one for each user (tables.${table.name}.unique, then usertwo migrate up --contract), give it a default, or drop perUser`,
    ])
  return table.columns
    .filter((column) => column.name !== owner && !(isKey(column) && isMadeForEach(column)))
    .filter((column) => !column.generated && column.identity === null)
    .map((column) => column.name)
}

async function assertSeesAll(client: Queryable, { table }: Owned): Promise<void> {
  const { rows } = await client.query<{ hidden: boolean }>(
    `select pg_catalog.row_security_active($1::oid)
      and pg_catalog.current_setting('usertwo.user_id', true) is distinct from 'system' as hidden`,
    [table.oid],
  )
  if (rows[0]?.hidden !== false)
    throw new OwnershipError([
      `${table.id}: rows of others are hidden from this connection; run it as the system`,
    ])
}
