import type pg from 'pg'
import type { UserId } from '../../core/context.js'
import { literal, q, qualified } from '../quoted.js'
import type { UsersTable } from './users-table.js'

/**
 * Moves the sequence behind the users' key past the highest id and the owner's. Apps insert user 1 with an
 * explicit id, which does not move the sequence; the next sign-up would collide, or get the owner's id. Never
 * sets it back. Writers wait for the moment it takes, so that no number is used in between.
 *
 * @returns whether it had to be moved
 */
export async function repairSequence(
  client: pg.Client,
  users: UsersTable,
  ownerId: UserId,
): Promise<boolean> {
  const table = qualified(users)
  const { rows } = await client.query<{ sequence: string }>(
    `select d.objid::regclass::text as sequence from pg_depend d
       where d.classid = 'pg_class'::regclass and d.refclassid = 'pg_class'::regclass and d.deptype = 'i'
         and d.refobjid = $1::regclass and d.refobjsubid = (select attnum from pg_attribute
           where attrelid = $1::regclass and attname = $2)
         and exists (select from pg_class c where c.oid = d.objid and c.relkind = 'S')
     union
     select d.refobjid::regclass::text from pg_attrdef a join pg_attribute c on c.attrelid = a.adrelid
         and c.attnum = a.adnum
       join pg_depend d on d.classid = 'pg_attrdef'::regclass and d.objid = a.oid
         and d.refclassid = 'pg_class'::regclass
       join pg_class s on s.oid = d.refobjid and s.relkind = 'S'
       where a.adrelid = $1::regclass and c.attname = $2`,
    [table, users.id],
  )
  const sequence = rows[0]?.sequence
  if (!sequence) return false
  const floor = Number.isSafeInteger(Number(ownerId)) ? Number(ownerId) : 0
  const due = pastRows({ sequence, table, column: q(users.id), reserved: floor })
  if ((await client.query(`select ${due}`)).rows.length === 0) return false
  await client.query(`lock table ${table} in share row exclusive mode`)
  await client.query(`select setval($1::regclass, m.last, true) ${due}`, [sequence])
  return true
}

const LARGEST = Number.MAX_SAFE_INTEGER

/**
 * Returns the SQL, from its `from` on, of the number `m.last` to set a sequence to, so that it makes none that a row has; no
 * row: it is past them. A row at the end of the sequence, such as a sentinel, or beyond it does not count: there would be no
 * number left. Neither does one from which on JavaScript knows no next number (2^53 - 1).
 *
 * @param names quoted, as in SQL
 * @param names.reserved a number that counts as a row's
 */
export function pastRows({
  sequence,
  table,
  column,
  reserved,
}: {
  sequence: string
  table: string
  column: string
  reserved?: number
}): string {
  const among = (call: string, within: string) => [
    // Not a filter of the aggregate: PostgreSQL would read the whole table instead of the end of an index.
    `(select ${call}(${column})::bigint from ${table} where ${column} ${within})`,
    ...(reserved === undefined ? [] : [`(select ${reserved}::bigint where ${reserved} ${within})`]),
  ]
  return `from pg_catalog.pg_sequence s, ${sequence} n, lateral (select case when s.seqincrement > 0
      then greatest(${among('max', `< least(s.seqmax, ${LARGEST})`).join(', ')})
      else least(${among('min', `> greatest(s.seqmin, -${LARGEST})`).join(', ')}) end as last) m
    where s.seqrelid = ${literal(sequence)}::pg_catalog.regclass and (m.last = n.last_value and not n.is_called
      or case when s.seqincrement > 0 then m.last > n.last_value else m.last < n.last_value end)`
}
