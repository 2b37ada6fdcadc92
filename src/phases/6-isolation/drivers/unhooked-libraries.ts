import { mixesRequests } from './bluebird.js'
import { keepsBatchesApart } from './prisma.js'

/** A copy of a listed library that this process has loaded. */
export interface LoadedCopy {
  name: string
  version: string
  /** the file it was loaded from */
  file: string
  /** the files that load it, as `file` or `file:line` */
  importers: readonly string[]
  /** what its files export, its main file's first; undefined: it was not loaded by `require` */
  exports?: readonly unknown[]
}

/** A library that mixes users, or whose queries cannot be bound. The start refuses it from phase 6. */
export interface UnhookedLibrary {
  /** its name in node_modules */
  name: string
  /** it connects to PostgreSQL by itself, without pg */
  isDriver?: true
  /** whether this copy is refused; default: every copy */
  isRefused?(copy: LoadedCopy): boolean | Promise<boolean>
  /** it is CommonJS, and so appears among the required modules even if a module imports it */
  isCommonJs?: true
  /** modules of other packages that load it */
  loadedBy?: readonly string[]
  /** the package in node_modules into which it generates code that loads it: not part of the app */
  generates?: string
  /** the package through which it opens pg connections, also if it is loaded after the start */
  opensBy?: string
  /** with `opensBy`: the app has made it separate users, so that it may open connections */
  isCured?(): boolean
  /** completes the sentence "postgres 3.4.7 …" */
  why: string
  /** what to do, as a sentence */
  fix: string
}

const WITHOUT_PG = 'speaks to PostgreSQL without pg, so its rows cannot be kept apart'
const USE_PG =
  'Use pg, or a library over it, such as drizzle-orm/node-postgres or the PostgresDialect of Kysely.'

const QUEUE_IN_POSTGRES =
  'keeps its queue in tables of its own, which it queries without a user, and which no request may reach'
const USE_OTHER_QUEUE =
  'Use BullMQ, which keeps its queue in Redis; or a table of jobs with an owner, worked off in `forEachUser(work)`. See docs/how-to/jobs.md.'

/** Add a row for each library that is known not to work under the isolation layers. */
export const UNHOOKED_LIBRARIES: readonly UnhookedLibrary[] = [
  {
    name: 'postgres',
    isDriver: true,
    loadedBy: ['drizzle-orm/postgres-js', 'kysely-postgres-js'],
    why: WITHOUT_PG,
    fix: USE_PG,
  },
  { name: 'ts-postgres', isDriver: true, why: WITHOUT_PG, fix: USE_PG },
  { name: 'postgrejs', isDriver: true, why: WITHOUT_PG, fix: USE_PG },
  { name: 'pg-native', isDriver: true, why: WITHOUT_PG, fix: 'Use pg without `.native`.' },
  { name: 'libpq', isDriver: true, why: WITHOUT_PG, fix: USE_PG },
  {
    name: '@neondatabase/serverless',
    isDriver: true,
    loadedBy: [
      'drizzle-orm/neon-serverless',
      'drizzle-orm/neon-http',
      'drizzle-orm/vercel-postgres',
      '@vercel/postgres',
    ],
    why: 'speaks to PostgreSQL by a copy of pg in its bundle, so its rows cannot be kept apart',
    fix: USE_PG,
  },
  {
    name: '@prisma/client',
    generates: '.prisma',
    opensBy: '@prisma/adapter-pg',
    isRefused: ({ version }) => !keepsBatchesApart(version),
    isCured: keepsBatchesApart,
    why: "joins the reads of all requests of a tick into one query, in the context of one request, so that one user's rows reach another",
    fix: 'Give each client of Prisma 7 to scope(prisma); `usertwo run`, which changes no file, cannot run it.',
  },
  { name: 'pg-boss', why: QUEUE_IN_POSTGRES, fix: USE_OTHER_QUEUE },
  { name: 'graphile-worker', why: QUEUE_IN_POSTGRES, fix: USE_OTHER_QUEUE },
  {
    name: 'bluebird',
    isRefused: mixesRequests,
    isCommonJs: true,
    why: "calls what is due from one tick in the context of one request, so that one user's queries run as another",
    fix: 'Install Bluebird 3.7 or later, or a version of what loads it that uses native promises (knex from 0.21).',
  },
]
