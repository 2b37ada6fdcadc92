import { type Frame, rawIn } from '../frame.js'
import { isRaw, type Raw } from '../knex/knex-internals.js'
import type { KeyPolicy } from '../policy.js'
import { fullName, type Relation } from '../tables.js'

/** Returns the generated key in this column if a request may not choose its value; otherwise undefined. */
export function madeKey(frame: Frame, table: Relation, column: string): KeyPolicy | undefined {
  return frame.rules.keys?.(table.name)?.get(column)
}

/**
 * Returns the key of a new row. The given key is kept if a row of the same user has it, so that an upsert
 * finds it, or had it and may be restored. Otherwise the row gets the next key, as if none had been given.
 */
export function ownKey(frame: Frame, table: Relation, column: string, value: unknown): unknown {
  const key = madeKey(frame, table, column)
  if (!key || value === null) return value
  if (isRaw(value) && /^\s*default\s*$/i.test(value.sql)) return value
  frame.rules.onKey({ table: table.name, column })
  const held = key.held === null ? [] : [heldKey(frame, key, rawIn(frame, 'usertwo_given.key', []))]
  // A question mark in the database's own SQL is not a placeholder.
  const make = key.make.replaceAll('?', '\\?')
  return rawIn(
    frame,
    `(select coalesce((select ?? from ?? where ?? = usertwo_given.key and ?? = ?), ${held.map(() => '?, ').join('')}${make})
      from (select (?)::${key.type} as key) as usertwo_given)`,
    [column, fullName(table), column, table.owner, frame.me, ...held, value],
  )
}

/** Returns the key if a deleted row of the same user had it, verified by the database too; otherwise null. */
export function heldKey(frame: Frame, { held }: KeyPolicy, value: unknown): Raw {
  const text = 'case when usertwo.uid()::text = ? and usertwo.held(?, ?) then ? end'
  return rawIn(frame, text, [String(frame.me), held, value, value])
}

/** Returns the key that the row already has. */
export function sameKey(frame: Frame, table: Relation, column: string): Raw {
  return rawIn(frame, '??', [`${table.as}.${column}`])
}
