import type { Browser } from '@playwright/test'
import type { Edit } from '../../reading/syntax/edits.js'
import type { Config } from '../../src/config/config.js'
import type { UserId } from '../../src/core/context.js'
import type { Counted } from '../../src/phases/6-isolation/usage/counters.js'
import type { Clone } from '../postgres/throw-away.js'
import type { Answer, Ask } from './app/http.js'
import type { Evidence } from './check.js'
import type { JobsSeen } from './preload/jobs/jobs.js'
import type { SeenOutside } from './preload/outside.js'
import type { Replacement } from './replace/replacing.js'
import type { Ranges } from './run/ranges.js'
import type { Difference } from './run/suite.js'
import type { Exchange } from './traffic/exchange.js'

/**
 * The means of a check: its own clone of the database, and functions that run the real app on it. Everything
 * started through it ends with the check.
 */
export interface Gate {
  /** the phase that the gate judges; the app is started at this dial */
  phase: number
  /** the folder of the configuration, which holds the app's own files */
  folder: string
  /** the copy of that folder in which the app runs, and into which it writes by relative paths */
  scratch(): Promise<string>
  /** the app's configuration, with the mutant under test applied */
  config: Config
  /**
   * the edits of the mutant under test, for checks that read the app's sources themselves; empty without a
   * mutant
   */
  edits: readonly Edit[]
  /** the modules of usertwo that the mutant replaces, and the file in which a process records their calls */
  replace: readonly Replacement[]
  calls: string
  database: GateDatabase
  /**
   * Starts the app as a child process on `database` and waits until it serves. The same options return the
   * same process; other options start another one on the same database.
   *
   * @throws TargetError with the last lines that the app printed if it does not start
   */
  app(options?: AppOptions): Promise<Target>
  /** the app as it was, on a database of its own without owned rows */
  rowless(): Promise<Target>
  /** a copy of the database as the app's own migrations and seed have left it, with the SQL of the mutant */
  unmigrated(): Promise<Clone>
  /**
   * Runs a program on `database`, with the same preload and mutant as the app, until it exits. Returns what
   * it printed. `node` is the Node of this process.
   *
   * @throws if it fails, with the last lines that it printed
   */
  run(command: string[], env?: Record<string, string>): Promise<string>
  /** the owner, who claims over HTTP, and a second user, on `app(options)`; from phase 4 on */
  people(options?: AppOptions): Promise<People>
  /** the owner of `people()` alone, claimed at the first call */
  owner(options?: AppOptions): Promise<Member>
  /** claims the owner in this check's database, until `people()` or `owner()` has done so */
  claimCode: string
  /** the differences that the phases up to this one make on purpose */
  differences: readonly Difference[]
  /** a mutant is under test: one problem is enough proof, and the check may stop there */
  proving: boolean
  /** the recorded baseline of the app at this phase, in order: without what usertwo answers, and without the app's own login */
  traffic(): Promise<Exchange[]>
  /** all of it, for the app without usertwo */
  recording(): Promise<Exchange[]>
  /** the routes the running app registered, on `app(options)` */
  routes(options?: AppOptions): Promise<Route[]>
  /** the mounted handlers of the running app that are not routes, on `app(options)` */
  mounts(options?: AppOptions): Promise<Mounted[]>
  /** the folders that the running app serves as static files, on `app(options)` */
  folders(options?: AppOptions): Promise<ServedFolder[]>
  /** whether the running app has passed a knex handle to `scope(db)`: only knex has a query layer */
  hasQueryLayer(): Promise<boolean>
  /**
   * the copies of pg with which the running app tested, at its start, that the binding of a query lasts;
   * null: not tested
   */
  bindingLasts(): Promise<string[] | null>
  /**
   * the owned rows that a query outside every request sees in the running app, by each copy of pg it has
   * loaded
   */
  outside(): Promise<SeenOutside[]>
  /** a real browser; @throws if none is installed, which makes the check unknown */
  browser(): Promise<Browser>
  /** secrets of the environment in any answer to this check so far */
  leaked: readonly Evidence[]
  /** aborted when the check's time is over */
  signal: AbortSignal
}

export interface GateDatabase {
  name: string
  /** the URL with which the app connects: a plain login that owns its tables */
  url: string
  /** runs SQL as superuser, outside every policy */
  sql<Row = Record<string, unknown>>(text: string, values?: unknown[]): Promise<Row[]>
  /** runs SQL in a transaction that stays open, with the locks it took, until it is released */
  hold(text: string): Promise<Held>
}

export interface Held {
  /** the process id of the backend, as in pg_locks */
  pid: number
  letGo(): Promise<void>
}

export interface AppOptions {
  env?: Record<string, string>
  /** default: the phase of the gate */
  dial?: number
  /** the app as it was, without usertwo (`config.app.bare`) */
  bare?: boolean
  /** the machine's clock and real random numbers, for a browser or a time limit; default: the gate's own */
  realTime?: boolean
  /** modules replaced in addition to those of a mutant: shows one layer without the other */
  replace?: readonly Replacement[]
  /** URLs of the check's own servers that the app may reach in addition to its database */
  reaches?: string[]
  /** the maximum of connections in each pool of the app; default: as the app configures */
  pool?: number
  /** notes what the app does outside requests, for `Target.jobs` */
  jobs?: boolean
  /** any string: distinguishes two processes with the same options */
  instance?: string
  /** ms by which the gate's clock starts later in it; another start draws other random numbers. Default: 0 */
  later?: number
}

/** A running app under test. */
export interface Target {
  /** http://127.0.0.1:port */
  url: string
  ask(method: string, path: string, ask?: Ask): Promise<Answer>
  /**
   * the headers with which `ask` sends a visitor's request: those of `app.headers`, overridden by the
   * visitor's own
   */
  headersOf(visitor: Visitor): Record<string, string>
  /** everything the process has printed so far; default: stdout and stderr together */
  output(stream?: 'stdout' | 'stderr'): string
  /** the app's statements since the last call, through its own `pg`; null: it has none to observe */
  statements(): Promise<Statement[] | null>
  /**
   * the members of query and body, and the headers, that the app has read in requests with `NAMES_HEADER`, since the last call
   */
  namesRead(): Promise<NamesRead>
  /** calls the app's waiting timers; returns all that it did outside requests. Only with `AppOptions.jobs` */
  jobs(): Promise<JobsSeen>
  /**
   * calls each of the app's waiting timers once, and returns how many there were. With the gate's clock, those of a second and more
   * stand still otherwise
   */
  callTimers(): Promise<number>
  /** what the isolation layers have done in this process so far; empty below phase 6 */
  counters(): Promise<Counted[]>
  stop(): Promise<void>
}

/** Members of requests, by the part of the request. */
export interface NamesRead {
  query: string[]
  body: string[]
  /** `accept`, if the app has chosen its answer by it, and those that no client sends by itself: `idempotency-key` */
  headers: string[]
}

/** A statement of the app under test. */
export interface Statement {
  text: string
  /** its bound values, as JSON can hold them; absent: none, or too long to keep */
  values?: unknown[]
  /** the number of rows returned or changed */
  rows: number
}

/** A sender of requests, with a client address of its own. */
export interface Visitor {
  name: string
  /** a loopback address of its own, so that limits by address do not mix up visitors */
  address: string
  /** the credentials: a bearer token, or nothing */
  headers: Record<string, string>
}

export interface Member extends Visitor {
  id: UserId
  email: string
  password: string
}

export interface People {
  /** owns the data that was there before; its id is `config.owner.id` */
  owner: Member
  /** the second user */
  other: Member
  anonymous: Visitor
  /** sets which of the two users takes the next ids */
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

/** A mounted handler that is not a route. */
export interface Mounted {
  path: string
  /** where the app mounts it: file:line relative to the app's folder */
  at: string
  /** the absolute folder of an `express.static` handler; null: a function that takes every request */
  folder: string | null
}

/** A folder that `express.static` serves. */
export interface ServedFolder {
  /** the path at which the folder is served: `/static` */
  at: string
  /** the absolute path of the folder */
  folder: string
}
