import type { Source } from '../../../reading/syntax/sources.js'
import { findSessionStore, type SessionStore } from '../own-login/read-store.js'
import { madeInRequest, sessionTableSql } from '../own-login/session-row.js'
import { type Ownership, saidOfOthers } from './owners.js'

/** A store of sessions in the database that are not a login: for a message, a filter, a basket. */
interface SessionsBeside {
  /** with its table as one of sessions */
  ownership: Ownership
  /** SQL that makes the table; empty: a migration does */
  sql: string
}

/**
 * Classifies the table in which an app keeps sessions that are not its login.
 *
 * @param isLogin whether the app logs users in by its sessions, and keeps that login
 */
export function sessionsBeside(
  sources: readonly Source[],
  ownership: Ownership,
  isLogin: boolean,
): SessionsBeside {
  const store = isLogin ? undefined : findSessionStore(sources)?.store
  const table = store?.table
  if (store?.kind === 'other' && !ownership.tables.some(({ name }) => name === table))
    return { ownership: { ...ownership, points: [...ownership.points, unknownStore(store)] }, sql: '' }
  if (!store || !table) return { ownership, sql: '' }
  const others = ownership.tables.filter(({ name }) => name !== table)
  const said = saidOfOthers(ownership, new Set([table]))
  const isThere = others.length < ownership.tables.length
  return {
    ownership: {
      ...ownership,
      tables: [...others, { name: table, access: 'session', why: `sessions of ${store.name}` }],
      guesses: [...said.guesses, { about: `table ${table}`, says: SAYS, sure: 'likely', at: store.at }],
      points: [...said.points, ...(isThere ? [] : [madeBy(store, table)])],
    },
    sql: isThere ? '' : sessionTableSql(table),
  }
}

const SAYS =
  'sessions that are not a login: a request reaches the one of its cookie, and the store deletes those that expired'

const unknownStore = ({ at, name }: SessionStore) =>
  `${at}: if ${name} keeps its sessions in the app’s database, let a migration make the table, and give it access: 'session' (docs/reference/tables.md#sessions-that-are-not-a-login)`

const madeBy = (store: SessionStore, table: string) =>
  store.makesTable
    ? madeInRequest(store)
    : `${store.at}: no migration makes its table of sessions ${table}: add one`
