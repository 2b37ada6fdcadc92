import type { Browser } from '@playwright/test'
import type { Edit } from '../../reading/syntax/edits.js'
import type { Config } from '../../src/config/config.js'
import type { UserId } from '../../src/core/context.js'
import type { Counted } from '../../src/phases/6-isolation/usage/counters.js'
import type { Answer, Ask } from './app/http.js'
import type { Evidence } from './check.js'
import type { SeenOutside } from './preload/outside.js'
import type { Replacement } from './replace/replacing.js'
import type { Ranges } from './run/ranges.js'
import type { Difference } from './run/suite.js'
import type { Exchange } from './traffic/exchange.js'

/**
 * What a check is given: a database of its own, cloned for it, and the means to run the real app on it.
 * Everything begun through it ends with the check.
 */
export interface Gate {
  /** the phase whose gate this is; the app is started with the dial there */
  phase: number
  /** the folder of the configuration, where the app's own files are */
  folder: string
  /** the copy of it that the app runs in, with all it writes by paths of its own */
  scratch(): Promise<string>
  /** the app's configuration, with the mutant under test applied */
  config: Config
  /**
   * the edits of the mutant under test, for checks that read the app's sources themselves; empty without one
   */
  edits: readonly Edit[]
  /** the modules of the toolkit that it replaces, and where a process notes that it has called one */
  replace: readonly Replacement[]
  calls: string
  database: GateDatabase
  /**
   * Starts the app as a child process on `database` and waits until it serves. The same options give the same
   * process; other options a further one on the same database.
   * @throws TargetError with the last lines the app printed when it does not come up
   */
  app(options?: AppOptions): Promise<Target>
  /** the app as it was, on a database of its own without a row of anybody's */
  rowless(): Promise<Target>
  /**
   * Runs a program beside the app on `database`, with the same preload and the same mutant, to its end; gives
   * what it printed. `node` is this very Node.
   * @throws when it fails, with the last lines it printed
   */
  run(command: string[], env?: Record<string, string>): Promise<string>
  /** the owner, claimed over HTTP, and a second person, on `app(options)`; from phase 4 on */
  people(options?: AppOptions): Promise<People>
  /** the owner of `people()` alone, claimed when first asked for */
  owner(options?: AppOptions): Promise<Member>
  /** claims the owner in this check's database, until `people()` or `owner()` has done so */
  claimCode: string
  /** what the phases up to this one change on purpose */
  differences: readonly Difference[]
  /** a mutant is under test: one problem is proof enough, and the check may stop there */
  proving: boolean
  /** the recorded baseline of the app, in order */
  traffic(): Promise<Exchange[]>
  /** the routes the running app registered, on `app(options)` */
  routes(options?: AppOptions): Promise<Route[]>
  /** what of the running app answers below an address and is no route, on `app(options)` */
  mounts(options?: AppOptions): Promise<Mounted[]>
  /** the folders the running app serves as they lie there, on `app(options)` */
  folders(options?: AppOptions): Promise<ServedFolder[]>
  /** whether the running app has given a knex handle to `scope(db)`: only knex has a query layer */
  hasQueryLayer(): Promise<boolean>
  /**
   * by which copies of pg the running app has tried, at its start, that a query bound to a user lasts; null:
   * it has not
   */
  bindingLasts(): Promise<string[] | null>
  /** what a query outside every request sees of owned rows in the running app, by each copy of pg it has loaded */
  outside(): Promise<SeenOutside[]>
  /** a real browser; @throws when none is installed, which makes the check unknown */
  browser(): Promise<Browser>
  /** secrets of the environment that any answer to this check has held so far */
  leaked: readonly Evidence[]
  /** aborted when the check's time is over */
  signal: AbortSignal
}

export interface GateDatabase {
  name: string
  /** as the app connects: a plain login that owns its tables */
  url: string
  /** runs SQL as superuser, outside every policy */
  sql<Row = Record<string, unknown>>(text: string, values?: unknown[]): Promise<Row[]>
  /** runs SQL in a transaction that stays open, with the locks it took, until it is let go */
  hold(text: string): Promise<Held>
}

export interface Held {
  /** of the backend, as in pg_locks */
  pid: number
  letGo(): Promise<void>
}

export interface AppOptions {
  env?: Record<string, string>
  /** default: the phase of the gate */
  dial?: number
  /** the app as it was, without usertwo (`config.app.bare`) */
  bare?: boolean
  /**
   * the machine's clock and real random numbers, where a browser or a time limit is involved; default: the
   * gate's own
   */
  realTime?: boolean
  /** replaced on purpose, beside what a mutant replaces: shows one protection without the other */
  replace?: readonly Replacement[]
  /** URLs of servers of the check's own that the app is to reach beside its database */
  reaches?: string[]
  /** no pool of the app has more connections than this; default: as many as the app says */
  pool?: number
  /** any word: tells apart two processes with the same options */
  instance?: string
}

/** A running app under test. */
export interface Target {
  /** http://127.0.0.1:port */
  url: string
  ask(method: string, path: string, ask?: Ask): Promise<Answer>
  /** the headers that `ask` gives a request of a visitor: those of `app.headers`, and their own in front of them */
  headersOf(visitor: Visitor): Record<string, string>
  /** everything the process has printed so far; default: stdout and stderr together */
  output(stream?: 'stdout' | 'stderr'): string
  /**
   * what the app has asked its database since the last call, through its own `pg`; null: it has none to look
   * at
   */
  statements(): Promise<Statement[] | null>
  /**
   * which members of query and body the app has read of requests with `NAMES_HEADER`, since the last call
   */
  namesRead(): Promise<NamesRead>
  /** what the isolation layers did in this process so far; empty below phase 6 */
  counters(): Promise<Counted[]>
  stop(): Promise<void>
}

/** Members of requests by the part they are in. */
export interface NamesRead {
  query: string[]
  body: string[]
}

/** A statement of the app under test. */
export interface Statement {
  text: string
  /** returned, or changed */
  rows: number
}

/** Somebody who talks to the app, from a client address of their own. */
export interface Visitor {
  name: string
  /** a loopback address, so that limits by address do not mix people up */
  address: string
  /** what they send to be known: their bearer token, or nothing */
  headers: Record<string, string>
}

export interface Member extends Visitor {
  id: UserId
  email: string
  password: string
}

export interface People {
  /** owns the data from before; id is `config.owner.id` */
  owner: Member
  /** the second person */
  other: Member
  anonymous: Visitor
  /** who takes the next ids */
  ranges: Ranges
}

/** A route as the app registered it. */
export interface Route {
  method: string
  /** the full path as declared, mounts joined: `/api/threads/:id` */
  path: string
  /** where the app declares it: file:line relative to the app's folder */
  at: string
}

/** What answers below an address and is no route. */
export interface Mounted {
  path: string
  /** where the app mounts it: file:line relative to the app's folder */
  at: string
  /** absolute, of what `express.static` made; null: a function that takes whatever comes */
  folder: string | null
}

/** A folder that `express.static` serves. */
export interface ServedFolder {
  /** the address of the folder itself: `/static` */
  at: string
  /** absolute */
  folder: string
}
