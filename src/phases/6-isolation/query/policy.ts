import type { UserId } from '../../../core/context.js'
import { type RawQueries, type RefuseRaw, refuseRaw } from './raw/refuse-raw.js'

/** What a request may do with a table; see {@link QueryPolicy.access}. */
export type TableAccess = 'private' | 'readable' | 'self' | 'reference' | 'session' | 'closed'

/** A key that the database counts. */
export interface KeyPolicy {
  /** The type a value is cast to. */
  type: string
  /** The expression that makes the next one. */
  make: string
  /** The name by which `usertwo.held()` knows the table, to restore deleted rows' keys; null: not supported. */
  held: string | null
}

/** What the query layer knows of the app's tables. Names are those of the database, without schema. */
export interface QueryPolicy {
  /** Owned tables and their owner column; the users table itself maps to its id column. */
  owned: ReadonlyMap<string, string>
  usersTable: string
  /**
   * `private`: own rows only. `readable`: reads free, writes scoped. `self` (users): the own row.
   * `reference`: reads free, writes refused. `closed`: all refused. undefined: not classified, refused unless it is a
   * view of {@link isView}.
   */
  access(table: string): TableAccess | undefined
  /** Owned tables with rows not separated yet; new rows are stamped all the same. Default: none. */
  open?: ReadonlySet<string>
  /** The id that old code writes as a literal; it means the current user. */
  ownerId: UserId
  /** Whether a query of a login of the app's own goes by what it looks up; default: usertwo keeps the login. */
  looksUp?(table: string, verb: 'read' | 'insert' | 'update' | 'delete' | 'truncate'): boolean
  /** Whether the name is that of a view that requests may use: the database keeps it to own rows. Default: none is. */
  isView?(name: string): boolean
  /** The table's columns in order, from the catalog, for `insert … select` without a column list. */
  columns(table: string): readonly string[] | undefined
  /** Written columns that reference another table, from the catalog's immediate foreign keys. Default: none. */
  parents?(table: string): ReadonlyMap<string, { table: string; column: string }> | undefined
  /** The table's generated keys, by column, whose values requests may not choose. Default: none. */
  keys?(table: string): ReadonlyMap<string, KeyPolicy> | undefined
  /** Column lists that are unique per user, without the owner column, as targets of `onConflict`. Default: none. */
  perUserUniques?(table: string): readonly (readonly string[])[] | undefined
  /**
   * The keys of a readable table by which a write names rows: a write is refused if it finds none of the
   * current user's rows there, but another user's. Default: none, and such a write finds nothing.
   */
  tellingKeys?(table: string): readonly (readonly string[])[] | undefined
  /** What happens to raw SQL that reads or writes an owned table; default: bound. */
  rawQueries?: RawQueries
  /** Called each time an owner literal is replaced by the current user; never with values. */
  onRewrite(site: { table: string; column: string }): void
  /** Called each time an insert gives a value for a generated key. Default: does nothing. */
  onKey?(site: { table: string; column: string }): void
  /** Called each time a change of an open table would have been refused. Default: does nothing. */
  onOwnerKept?(site: { table: string; column: string }, person: UserId): void
  /** Called for each query of a job on users' rows that was refused, because the job names no user. Default: does nothing. */
  onJob?(one: { at: string | null; sql: string }): void
  /** Called each time a text that names an owned table or column compiles; the text contains no value. */
  onRaw(site: { kind: 'raw' | 'table' | 'join'; sql: string }): void
}

/** A policy with everything derived from it, computed once per policy. */
export interface Rules extends QueryPolicy {
  open: ReadonlySet<string>
  isView(name: string): boolean
  refuseRaw: RefuseRaw
  onKey(site: { table: string; column: string }): void
  onOwnerKept(site: { table: string; column: string }, person: UserId): void
  /** The names of owner columns, except for `users.id`: an `id` in a sub-query need not be a user's. */
  ownerColumns: ReadonlySet<string>
  /** Matches text that names an owned table or an owner column. */
  named: RegExp
}

const known = new WeakMap<QueryPolicy, Rules>()

export function rulesOf(policy: QueryPolicy): Rules {
  const before = known.get(policy)
  if (before) return before
  const ownerColumns = new Set(
    [...policy.owned].filter(([table]) => table !== policy.usersTable).map(([, column]) => column),
  )
  const words = [...policy.owned.keys(), policy.usersTable, ...ownerColumns].map((word) =>
    word.replace(/[^\w]/g, '\\$&'),
  )
  const rules: Rules = {
    owned: policy.owned,
    usersTable: policy.usersTable,
    open: policy.open ?? new Set(),
    ownerId: policy.ownerId,
    access: (table) => policy.access(table),
    ...(policy.looksUp && { looksUp: (table, verb) => policy.looksUp!(table, verb) }),
    isView: (name) => policy.isView?.(name) ?? false,
    columns: (table) => policy.columns(table),
    parents: (table) => policy.parents?.(table),
    keys: (table) => policy.keys?.(table),
    perUserUniques: (table) => policy.perUserUniques?.(table),
    tellingKeys: (table) => policy.tellingKeys?.(table),
    onRewrite: (site) => policy.onRewrite(site),
    onKey: (site) => policy.onKey?.(site),
    onOwnerKept: (site, person) => policy.onOwnerKept?.(site, person),
    onRaw: (site) => policy.onRaw(site),
    refuseRaw: refuseRaw(policy),
    ownerColumns,
    named: new RegExp(`(?<!\\w)(${words.join('|')})(?!\\w)`, 'i'),
  }
  known.set(policy, rules)
  return rules
}
