// The cells of the matrix: which library, on which pg, by which work. `refused` names the error an old version gets.
import { BY_NODE } from '../../scripts/test/by-node.mjs'
import { FIXTURES } from '../init/play.mjs'
import { LIBRARY_APPS } from './libraries.mjs'
import { NODES } from './nodes.mjs'
import { MAJORS } from './servers.mjs'

const PG = ['pg-8.5', 'pg-8.11', 'pg-8.23']
const KNEX = ['knex-0.20', 'knex-0.21', 'knex-0.95', 'knex-1', 'knex-2', 'knex-3']
// pg-promise names the one pg it works with.
const OTHERS = { sequelize: PG, typeorm: PG, 'drizzle-orm': PG, 'pg-promise': ['pg-8.23'] }

const on = (library, versions, more) =>
  versions.map((pg) => ({ name: `${library} × ${pg}`, library, pg, ...more }))

/**
 * `library` and `pg` are names in package.json here, `work` a file in work/, `through` what stands between.
 * @type {{ name: string, library: string | null, pg: string, work: string, through?: 'pgbouncer', refused?: string }[]}
 */
export const CELLS = [
  ...KNEX.flatMap((library) => on(library, PG, { work: 'knex' })),
  ...PG.map((pg) => ({ name: pg, library: null, pg, work: 'pg' })),
  ...Object.entries(OTHERS).flatMap(([library, versions]) => on(library, versions, { work: library })),
  ...on('knex-0.19', ['pg-8.23'], { work: 'knex', refused: 'knex_version' }),
  ...on('knex-3', ['pg-7.18'], { work: 'knex', refused: 'pg_version' }),
  { name: 'pg-7.18', library: null, pg: 'pg-7.18', work: 'pg', refused: 'pg_version' },
]

/** The same work through a real PgBouncer in transaction mode. */
export const BOUNCED = CELLS.filter(({ name }) => ['knex-3 × pg-8.23', 'pg-8.23'].includes(name)).map(
  (cell) => ({ ...cell, name: `${cell.name}, PgBouncer`, through: 'pgbouncer' }),
)

/** An app of each library under a gate, with another database than the gate's in its .env file. */
export const FENCED = CELLS.filter(
  ({ pg, library, refused }) => pg === 'pg-8.23' && !refused && !/^knex-[^3]/.test(library ?? ''),
).map((cell) => ({ ...cell, name: `${cell.name}, another database`, fenced: true }))

/** A whole app by each library, and by each way to load one, in apps/, under gate 6 and its proof. */
export const APPS = [
  ...['pg', 'pg-promise', 'sequelize', 'typeorm', 'drizzle-orm', 'knex-uuids'],
  ...['commonjs', 'ts-node', 'tsx'],
].map((app) => ({ name: `${app}, app`, app }))

/** An app without an edit under `usertwo run`: by library, by how it is loaded, and by more than one process. */
export const RUNS = [
  ...CELLS.filter(({ name }) =>
    ['knex-0.20 × pg-8.5', 'pg-8.5', 'pg-8.23', 'sequelize × pg-8.23'].includes(name),
  ).map((cell) => ({ ...cell, command: ['node', 'served.cjs'] })),
  ...[
    ['tsx', ['tsx', 'typed.ts']],
    ['ts-node', ['node', '-r', 'ts-node/register', 'typed.ts']],
    ['cluster', ['node', 'clustered.cjs']],
  ].map(([name, command]) => ({ name, library: 'knex-3', pg: 'pg-8.23', work: 'knex', command })),
  ...['express-4.16', 'express-5.3'].map((express) => ({
    ...{ name: express, library: null, pg: 'pg-8.23', work: 'pg', expressAt: express },
    command: ['node', 'served.cjs'],
  })),
].map((cell) => ({ ...cell, name: `run, ${cell.name}` }))

/** What an app's handlers see of a request and an answer, by each minor of Express. */
export const EXPRESSES = [
  ...[13, 14, 15, 16, 17, 18, 19, 20, 21, 22].map((minor) => `4.${minor}`),
  ...['5.0', '5.1', '5.2', '5.3'],
].map((version) => ({ name: `express-${version}, as without`, express: `express-${version}` }))

/** What asks for a login where the browser begins, unless that is public. */
const FIRST_PAGE = [
  'auth.owner-unchanged',
  'client.page-guard',
  'client.browser-flow',
  'isolation.login-required',
  'isolation.shared-limits',
  'isolation.no-interference',
  'legacy.html-needs-login',
  'legacy.spa-refresh',
]

/** What shows nothing of a layer that is off where an app gives it nothing to hold. */
const QUIET = [
  'hardening.secrets-not-logged',
  'hardening.cors-exact',
  'hardening.errors-say-nothing',
  'hardening.floods',
  'hardening.log-lines',
  'hardening.schema-unchanged',
  'client.baseline',
  'isolation.login-required',
  'isolation.private-answers',
]

/** Where all read a table and each writes their own rows. */
const READABLE = ['isolation.foreign-ids', 'isolation.query-layer-alone']

/** The apps with what a gate once took for a defect under all gates, and proofs that comic-pile does not give. */
export const HONEST = [
  ...[
    'bookmarks',
    'chores',
    'circle',
    'clippings',
    'diary',
    'errands',
    'guestbook',
    'library',
    'noticeboard',
    'offline',
  ].map((app) => ({ app })),
  ...['pantry', 'plants', 'shopping'].map((app) => ({ app })),
  { app: 'library/usertwo.config.mjs', prove: true, only: FIRST_PAGE },
  { app: 'noticeboard/usertwo.config.mjs', prove: true, only: QUIET },
  { app: 'noticeboard', prove: true, only: ['isolation.foreign-ids', 'isolation.policies-alone'] },
  { app: 'noticeboard/usertwo.config.mjs', prove: true, only: READABLE },
].map(({ app, ...how }) => ({
  name: `${app.split('/')[0]}, honest${how.prove ? ', proved' : ''}`,
  honest: app,
  ...how,
}))

/** Each shape of an app from its bare folder: `usertwo init --yes`, all gates, and a planted leak that they name; by a second entry, and by `usertwo run`. */
export const SHAPES = FIXTURES.flatMap((name) => [
  { name: `${name}, init`, init: name, options: [] },
  { name: `${name}, init --run`, init: name, options: ['--run'] },
])

/** A whole app by each library over pg from its bare folder: scan, init, two users at once, all gates, planted leaks. */
export const LIBRARIES = LIBRARY_APPS.flatMap((app) => [
  { name: `${app}, whole app`, ofLibrary: app, options: [] },
  { name: `${app}, whole app, run`, ofLibrary: app, options: ['--run'] },
])

/** Shapes that tests of their own show: each from its bare folder, or refused there. */
export const BY_TESTS = [
  {
    name: 'monorepos, npm, pnpm and yarn',
    tests: ['test/monorepo.long.test.ts', 'test/monorepo-gates.long.test.ts'],
  },
  {
    name: 'postgres.js, refused',
    tests: ['test/isolation/other-drivers.test.ts', 'test/isolation/second-driver.test.ts'],
  },
  { name: 'sockets and streams', tests: ['test/live/live.long.test.ts'] },
  {
    name: 'settings by key',
    tests: ['test/settings-at-once.long.test.ts', 'test/settings-gates.long.test.ts'],
  },
]

/** Each major of PostgreSQL: the connection layer's tests, foreign keys that a contract changes, what an undo leaves, the fuzz, many people at once by the oldest and newest pg, and a whole app. */
export const SERVERS = MAJORS.flatMap((server) =>
  [
    {
      name: 'tests',
      tests: [
        'src/phases/6-isolation/connection/',
        'src/phases/6-isolation/schema/keys/pointing-keys.test.ts',
        'test/isolation/keys-pointed-at.test.ts',
      ],
    },
    { name: 'undo', dumped: ['test/undo.test.ts', 'test/undo-keep-user.long.test.ts'] },
    { name: 'fuzz', fuzz: true },
    ...CELLS.filter(({ name }) => ['pg-8.5', 'pg-8.23', 'knex-3 × pg-8.23'].includes(name)),
    { name: 'pg, app', app: 'pg' },
  ].map((cell) => ({ ...cell, name: `PostgreSQL ${server}, ${cell.name}`, server })),
)

/** Each Node that is tried: the files that differ by version, a start, two apps under gate 6, and apps under `usertwo run`. */
export const ON_NODES = NODES.flatMap((node) =>
  [
    { name: 'what differs', tests: BY_NODE[24].map(({ file }) => file) },
    { name: 'starts', tests: ['test/start.long.test.ts'] },
    { name: 'pg, app', app: 'pg' },
    { name: 'journal', example: 'journal' },
    ...RUNS,
  ].map((cell) => ({ ...cell, name: `Node ${node}, ${cell.name}`, node })),
)

/** `usertwo backup` and `usertwo restore` from a server of one major into a fresh one of the same or another. */
export const BACKUPS = [
  [15, 15],
  [15, 16],
  [15, 17],
  [16, 17],
].map(([from, to]) => ({ name: `backup ${from} → ${to}`, backup: { from, to } }))

/** What is installed at the root of the repository, for npm test. */
export const INSTALLED = [
  { name: 'knex', library: 'knex', pg: 'pg', work: 'knex' },
  { name: 'pg', library: null, pg: 'pg', work: 'pg' },
]
