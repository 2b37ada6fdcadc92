import type { UserId } from '../../../../core/context.js'
import type { Queryable } from '../../../../database/catalog/ask.js'
import { type Column, readCatalog } from '../../../../database/catalog.js'
import { columnList, q, qualified } from '../../../../database/quoted.js'
import { type Owned, type OwnershipPlan, resolvePlan } from '../plan/ownership-plan.js'
import { mayHangOnOthers } from '../plan/parents.js'
import { OwnershipError } from '../step.js'
import { isMadeForEach } from './made-keys.js'

/**
 * Gives a new user the rows that they begin with: of every `perUser` table (settings) the owner's row as it is at that
 * moment, with a new id and without references to the owner's other rows, and the `newUserRows` of the configuration. A
 * user who has a row of a table keeps what they have of it, so a second call changes nothing.
 *
 * @param client acts for the system (`usertwo.user_id = 'system'` as the login, or a superuser), inside the
 *   transaction that makes the user: its end releases the lock that keeps two calls apart
 * @returns the tables that got a row
 * @throws OwnershipError when other users' rows are hidden from this connection: it would silently copy nothing
 */
export async function giveFirstRows(
  client: Queryable,
  plan: OwnershipPlan,
  userId: UserId,
): Promise<string[]> {
  const catalog = await readCatalog(client)
  const { owned } = await resolvePlan(client, plan, catalog)
  const given: string[] = []
  for (const one of owned.filter(({ perUser, newUserRows }) => perUser || newUserRows)) {
    await assertSeesAll(client, one)
    await client.query('select pg_catalog.pg_advisory_xact_lock($1::int, pg_catalog.hashtext($2))', [
      one.table.oid % 2 ** 31,
      String(userId),
    ])
    const { rowCount } = await client.query(
      `select from ${qualified(one.table)} where ${q(one.owner)} = $1 limit 1`,
      [userId],
    )
    if (rowCount) continue
    const rows = one.perUser
      ? await copyRow(client, one, userId, plan.owner.id, referencesOf(one, owned))
      : await addRows(client, one, userId)
    if (rows > 0) given.push(one.table.id)
  }
  return given
}

interface References {
  /** columns that a copy does not have: they name a row of the owner's, and may be null */
  left: ReadonlySet<string>
  /** a column of this kind that may not be null: no copy is possible */
  refused: { what: string; fix: string }[]
}

/** What the copy of a row for a new user has to do with references to other rows of the owner, which stay the owner's. */
export function referencesOf(child: Owned, all: readonly Owned[]): References {
  const { table, owner } = child
  const left = new Set<string>()
  const refused: References['refused'] = []
  for (const { columns, target } of table.foreignKeys) {
    const parent = all.find((one) => one.table.id === target.id)
    if (!parent || mayHangOnOthers(child, parent, columns)) continue
    const others = columns.filter((name) => name !== owner)
    const free = others.filter((name) => table.columns.some((one) => one.name === name && one.nullable))
    for (const name of free) left.add(name)
    if (others.length > 0 && free.length === 0)
      refused.push({
        what: `${others.join(', ')} names a row of ${target.id}, which a new user does not have: the copy is refused, so no other user can register`,
        fix: `let it be null, or drop tables.${table.name}.perUser`,
      })
  }
  return { left, refused }
}

/** @returns how many rows were added */
async function copyRow(
  client: Queryable,
  one: Owned,
  userId: UserId,
  ownerId: UserId,
  { left, refused: [refused] }: References,
): Promise<number> {
  if (refused) throw new OwnershipError([`${one.table.id}: ${refused.what}; ${refused.fix}`])
  const at = qualified(one.table)
  const columns = copiedColumns(one).filter((column) => !left.has(column))
  const values = columns.map((column) => copiedValue(one, column))
  const { rowCount } = await client.query(
    `insert into ${at} (${columnList([one.owner, ...columns])})
    select ${['$1', ...values].join(', ')} from ${at} t where t.${q(one.owner)} = $2`,
    [userId, ownerId],
  )
  return rowCount ?? 0
}

/** Adds the rows of the configuration. @returns how many */
async function addRows(
  client: Queryable,
  { table, owner, newUserRows = [] }: Owned,
  userId: UserId,
): Promise<number> {
  const at = qualified(table)
  for (const row of newUserRows) {
    const columns = Object.keys(row)
    // By the type of the table's row, so that a value of JSON becomes what its column holds.
    await client.query(
      `insert into ${at} (${columnList([owner, ...columns])})
      select ${['$1', ...columns.map((name) => `r.${q(name)}`)].join(', ')}
      from pg_catalog.jsonb_populate_record(null::${at}, $2::jsonb) r`,
      [userId, JSON.stringify(row)],
    )
  }
  return newUserRows.length
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
