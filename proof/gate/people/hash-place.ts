import type { Config } from '../../../src/config/config.js'
import { literal, q, quotedTable } from '../../../src/database/quoted.js'
import { loginTablesOf } from '../../../src/phases/4-auth/config/login-tables.js'

/** Where an app with a login of its own keeps the hashes of passwords. */
export interface HashPlace {
  table: string
  column: string
  /** the column with the id of the user: in the table of users, its key */
  user: string
  /** it is the table of users: each user has a row there */
  isOfUsers?: boolean
}

/** Null: the configuration names no column of hashes. */
export function hashPlaceOf({ auth, users }: Pick<Config, 'auth' | 'users'>): HashPlace | null {
  if (users.password) return { table: users.table, column: users.password, user: users.id, isOfUsers: true }
  for (const { table, owner, password } of loginTablesOf(auth.lookups))
    if (owner && password) return { table, column: password, user: owner }
  return null
}

/**
 * SQL by which one user gets the hash of another, so that both have one password. Where hashes have a table of their own,
 * and the user has no row with one there, they get a copy of the other's row.
 */
export function giveHashSql(place: HashPlace, { from, to }: { from: string; to: string }): string {
  const [table, hash, user] = [quotedTable(place.table), q(place.column), q(place.user)]
  if (place.isOfUsers)
    return `update ${table} t set ${hash} = helper.${hash} from ${table} helper
      where t.${user}::text = ${literal(to)} and helper.${user}::text = ${literal(from)}`
  const helper = `helper as (select * from ${table} where ${user}::text = ${literal(from)} and ${hash} is not null limit 1)`
  const keyed = `select a.attname from pg_catalog.pg_index i
      join pg_catalog.pg_attribute a on a.attrelid = i.indrelid and a.attnum = i.indkey[0]
      where i.indrelid = ${literal(table)}::regclass and i.indisprimary`
  return `with ${helper},
    given as (update ${table} t set ${hash} = helper.${hash} from helper where t.${user}::text = ${literal(to)} returning 1)
    insert into ${table} select copied.* from helper, lateral pg_catalog.jsonb_populate_record(null::${table}, (
      select pg_catalog.jsonb_object_agg(key, case
        when key = (${keyed}) then pg_catalog.to_jsonb(pg_catalog.gen_random_uuid()::text)
        when value #>> '{}' = ${literal(from)} then pg_catalog.to_jsonb(${literal(to)}::text)
        else value end)
      from pg_catalog.jsonb_each(pg_catalog.to_jsonb(helper)))) copied
    where not exists (select from given)`
}

/** A query of all hashes, as `hash`. */
export const hashesSql = ({ table, column }: HashPlace): string =>
  `select ${q(column)}::text as hash from ${quotedTable(table)} where ${q(column)} is not null`
