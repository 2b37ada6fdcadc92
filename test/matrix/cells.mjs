// The cells of the matrix: which library, on which pg, by which work. `refused` names the error an old version gets.
import { FIXTURES } from '../init/play.mjs'
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

/** Each shape of an app from its bare folder: `usertwo init --yes`, all gates, and a planted leak that they name. */
export const SHAPES = FIXTURES.map((name) => ({ name: `${name}, init`, init: name }))

/** Each major of PostgreSQL: the connection layer's tests, the fuzz, many people at once by the oldest and newest pg, and a whole app. */
export const SERVERS = MAJORS.flatMap((server) =>
  [
    { name: 'tests', tests: true },
    { name: 'fuzz', fuzz: true },
    ...CELLS.filter(({ name }) => ['pg-8.5', 'pg-8.23', 'knex-3 × pg-8.23'].includes(name)),
    { name: 'pg, app', app: 'pg' },
  ].map((cell) => ({ ...cell, name: `PostgreSQL ${server}, ${cell.name}`, server })),
)

/** What is installed at the root of the repository, for npm test. */
export const INSTALLED = [
  { name: 'knex', library: 'knex', pg: 'pg', work: 'knex' },
  { name: 'pg', library: null, pg: 'pg', work: 'pg' },
  { name: 'pg, app', app: 'pg' },
]
