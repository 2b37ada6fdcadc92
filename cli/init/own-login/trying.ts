import type { GateDatabase, Route, Target } from '../../../proof/gate/gate.js'
import { type Catalog, findTable, type Table } from '../../../src/database/catalog.js'
import type { AskOwner } from '../question.js'
import type { SessionLogin } from './read-login.js'

/** The app as it was, and what is known of it. */
export interface Trying extends TryingAsOwner {
  read: SessionLogin
  /** the app parses forms, and no JSON */
  forms: boolean
}

/** What is known of the app as it was before its login is tried. */
export interface TryingAsOwner {
  target: Pick<Target, 'ask'>
  database: Pick<GateDatabase, 'sql'>
  routes: readonly Route[]
  /** as the app's migrations leave it */
  catalog: Catalog
  /** the table of users, as the configuration names it */
  users: string
  ownerId: number | string
  ask: AskOwner
}

/** An anonymous client. */
export const ANONYMOUS = { name: 'init', address: '127.0.0.1', headers: {} }
/** The answer that is assumed where several are possible: init goes no further then. */
export const NONE = 'none of them'

/** The table of users. */
export const peopleIn = ({ catalog, users }: Pick<TryingAsOwner, 'catalog' | 'users'>): Table =>
  findTable(catalog, users)!
