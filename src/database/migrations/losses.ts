import type pg from 'pg'
import type { UserId } from '../../core/context.js'
import { ADDED } from '../catalog.js'
import { literal, qualified } from '../quoted.js'
import { type MigrationFile, readMigrations } from './files.js'
import { readLedger } from './ledger.js'
import { inspectUsers, type UsersConfig } from './users-table.js'

/** The data that undoing a migration deletes. */
export interface Loss {
  migration: string
  /** `usertwo.credentials`, `users.email` */
  what: string
  /** rows, or values that are not empty */
  count: number
}

/** Undoing would lock out a user who is not the owner. Nothing was changed. */
export class SecondUserError extends Error {
  constructor(readonly others: number) {
    super(
      `${others === 1 ? 'One user' : `${others} users`} besides the owner can log in, and would be lost; nothing was ` +
        'changed. Turn USERTWO_PHASE back instead: that loses nothing. To undo the tables all the same, remove those users first',
    )
    this.name = 'SecondUserError'
  }
}

/** @throws SecondUserError */
export async function assertOwnerAlone(client: pg.Client, ownerId: UserId): Promise<void> {
  if (!(await isThere(client, 'usertwo.credentials'))) return
  const { rows } = await client.query<{ others: number }>(
    'select count(*)::int as others from usertwo.credentials where user_id::text <> $1',
    [String(ownerId)],
  )
  const { others } = rows[0]!
  if (others > 0) throw new SecondUserError(others)
}

/** Returns what `down` would delete, migration by migration in the order they are undone. Reads only. */
export async function lossesOf(
  client: pg.Client,
  { to, users, ownerId }: { to: number; users: UsersConfig; ownerId: UserId },
): Promise<Loss[]> {
  const applied = new Set((await readLedger(client)).map(({ name }) => name))
  const files = readMigrations().filter((file) => file.phase > to && applied.has(file.name))
  if (files.length === 0) return []
  const people = await inspectUsers(client, users, ownerId)
  const losses: Loss[] = []
  for (const file of files.reverse()) {
    const add = (what: string, count: number) => losses.push({ migration: file.name, what, count })
    for (const table of droppedBy(file))
      if (await isThere(client, table)) add(table, await countOf(client, `select from ${table}`))
    if (!file.down.join().includes('{{users}}') || !people.exists) continue
    const at = qualified(people)
    if ((await isAdded(client, at)) && !(await isReferredTo(client, at)))
      add(users.table, await countOf(client, `select from ${at}`))
    else
      for (const [column, filled] of [
        ['email', 'email is not null'],
        ['is_admin', 'is_admin'],
      ] as const)
        if (await isAdded(client, at, column))
          add(`${users.table}.${column}`, await countOf(client, `select from ${at} where ${filled}`))
  }
  return losses
}

function droppedBy({ down }: MigrationFile): string[] {
  return down.flatMap((statement) => /drop table (usertwo\.\w+)/.exec(statement)?.[1] ?? [])
}

async function isThere(client: pg.Client, table: string): Promise<boolean> {
  const { rows } = await client.query<{ there: boolean }>('select to_regclass($1) is not null as there', [
    table,
  ])
  return rows[0]!.there
}

/** Whether usertwo added the table, or its column, according to its comment. */
async function isAdded(client: pg.Client, table: string, column?: string): Promise<boolean> {
  const comment = column
    ? `(select col_description(attrelid, attnum) from pg_attribute where attrelid = ${literal(table)}::regclass
        and attname = ${literal(column)} and not attisdropped)`
    : `obj_description(${literal(table)}::regclass, 'pg_class')`
  const { rows } = await client.query<{ added: boolean | null }>(`select ${comment} = $1 as added`, [ADDED])
  return rows[0]!.added === true
}

/** Whether a table other than usertwo's has a foreign key to this one, which therefore stays. */
async function isReferredTo(client: pg.Client, table: string): Promise<boolean> {
  const { rows } = await client.query<{ referred: boolean }>(
    `select exists (select from pg_constraint join pg_class c on c.oid = conrelid
       where confrelid = ${literal(table)}::regclass and conrelid <> confrelid and contype = 'f'
         and c.relnamespace <> coalesce(to_regnamespace('usertwo'), 0)) as referred`,
  )
  return rows[0]!.referred
}

async function countOf(client: pg.Client, query: string): Promise<number> {
  const { rows } = await client.query<{ count: number }>(`select count(*)::int as count from (${query}) q`)
  return rows[0]!.count
}
