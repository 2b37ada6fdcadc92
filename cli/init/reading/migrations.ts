import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { isSqlFile } from '../../../reading/app/files.js'
import type { Source } from '../../../reading/syntax/sources.js'
import { SQL_RUNNER } from '../files/planned.js'
import type { PackagesAround } from '../monorepo/around.js'
import { atStart, inTexts } from './made-in-code.js'
import { type PackageManifest, placeIn, readPackageManifest } from './manifest.js'
import type { StartCommand } from './start.js'

/** How an empty database gets the app's tables, and its rows. */
export interface Migrations {
  kind: 'knex' | 'sequelize' | 'prisma' | 'script' | 'sql' | 'texts' | 'start'
  migrate: string[]
  seed: string[] | null
  /** SQL files that a helper runs */
  files: string[]
  /** SQL that the code holds as text: written to the first of these files */
  text?: string
  /** a text that creates a table and is left out of `text`, because it is built from parts: `file:line` */
  left?: string
  at: string
}

const FOLDERS = [
  '',
  'db',
  'sql',
  'database',
  'migrations',
  'drizzle',
  'db/migrations',
  'sql/migrations',
  'src/db',
  'src/migrations',
  'src/db/migrations',
  'scripts',
  'server/db',
]
const MIGRATE = [
  'migrate',
  'db:migrate',
  'migrate:latest',
  'migrate:up',
  'migrations',
  'migration:run',
  'migration:up',
  'migrations:run',
  'migrations:up',
  'db:setup',
  'setup-db',
  'db:create',
]
/** They may empty the tables first, which is harmless by a file of the app: init runs it on an empty database. */
const EMPTIES =
  /^(?:(?:init|reset|create)[:_-]?(?:db|database|tables|schema)|(?:db|database)[:_-](?:init|reset|tables|schema))$/
const RUNS_A_FILE = /^(?:\w+=\S+\s+)*(?:npx\s+)?(?:node|tsx|ts-node)\s[^&;|]+$/
const SEED = ['seed', 'db:seed', 'seed:run', 'seeds']

/** The ways that the folder shows, and those around it, surest first: the first that makes a table is taken. */
export function findMigrations(
  folder: string,
  manifest: PackageManifest,
  sources: readonly Source[],
  others: readonly Source[],
  start: StartCommand,
  around: PackagesAround = { loaded: [], others: [] },
): Migrations[] {
  const elsewhere = (place: string) =>
    waysIn(join(folder, place), readPackageManifest(join(folder, place)), '').map((way) =>
      fromElsewhere(way, place),
    )
  return [
    ...waysIn(folder, manifest, start.file),
    ...around.loaded.flatMap(elsewhere),
    atStart(sources, start),
    ...around.others.flatMap(elsewhere),
    ...bySql(folder, foldersBelow(folder)),
    inTexts([...sources, ...others]),
  ].filter((way) => way !== null)
}

/** By what lies in a folder. */
function waysIn(folder: string, manifest: PackageManifest, startFile: string): Migrations[] {
  return [
    byKnex(folder, startFile),
    bySequelize(folder),
    byScript(manifest),
    ...byPrisma(folder),
    ...bySql(folder),
  ].filter((way) => way !== null)
}

/** The same way, started in the app's folder for another package. */
function fromElsewhere(way: Migrations, place: string): Migrations {
  const there = (command: string[]) => ['sh', '-c', `cd ${place} && exec ${command.join(' ')}`]
  const files = way.files.map((file) => join(place, file))
  return {
    ...way,
    migrate: files.length ? ['node', SQL_RUNNER, ...files] : there(way.migrate),
    seed: way.seed && there(way.seed),
    files,
    at: join(place, way.at),
  }
}

/** In the app's folder, or beside the file that starts it. */
function byKnex(folder: string, start: string): Migrations | null {
  const file = ['', dirname(start)]
    .flatMap((place) => ['js', 'cjs', 'mjs', 'ts'].map((ending) => join(place, `knexfile.${ending}`)))
    .find((name) => existsSync(join(folder, name)))
  if (!file) return null
  const text = readFileSync(join(folder, file), 'utf8')
  const seeds = /seeds/.test(text) || existsSync(join(folder, dirname(file), 'seeds'))
  const named = file === 'knexfile.js' ? [] : ['--knexfile', file]
  return {
    kind: 'knex',
    migrate: ['npx', 'knex', 'migrate:latest', ...named],
    seed: seeds ? ['npx', 'knex', 'seed:run', ...named] : null,
    files: [],
    at: `${file}:1`,
  }
}

function bySequelize(folder: string): Migrations | null {
  const at = ['.sequelizerc', 'config/config.json', 'config/config.js'].find((name) =>
    existsSync(join(folder, name)),
  )
  const has = (name: string) => existsSync(join(folder, name)) && readdirSync(join(folder, name)).length > 0
  if (!at || !(has('migrations') || at === '.sequelizerc')) return null
  const seed = has('seeders') ? ['npx', 'sequelize-cli', 'db:seed:all'] : null
  return {
    kind: 'sequelize',
    migrate: ['npx', 'sequelize-cli', 'db:migrate'],
    seed,
    files: [],
    at: `${at}:1`,
  }
}

function byScript(manifest: PackageManifest): Migrations | null {
  const named = (names: string[]) => names.find((name) => manifest.scripts[name] !== undefined)
  const empties = Object.entries(manifest.scripts).find(
    ([one, command]) => EMPTIES.test(one) && RUNS_A_FILE.test(command.trim()),
  )
  const [name, seed] = [named(MIGRATE) ?? empties?.[0], named(SEED)]
  if (!name) return null
  return {
    kind: 'script',
    migrate: ['npm', 'run', '--silent', name],
    seed: seed ? ['npm', 'run', '--silent', seed] : null,
    files: [],
    at: placeIn(manifest, name),
  }
}

const PRISMA_MIGRATIONS = 'prisma/migrations'
const SCHEMA_ENGINE = 'node_modules/@prisma/engines'

/** By Prisma where its schema engine is here, which `prisma migrate` downloads; else by the SQL that it would run. */
function byPrisma(folder: string): Migrations[] {
  const at = join(folder, PRISMA_MIGRATIONS)
  if (!existsSync(at)) return []
  const files = readdirSync(at)
    .sort()
    .map((name) => join(PRISMA_MIGRATIONS, name, 'migration.sql'))
    .filter((file) => existsSync(join(folder, file)))
  if (files.length === 0) return []
  const engines = join(folder, SCHEMA_ENGINE)
  const hasEngine = existsSync(engines) && readdirSync(engines).some((name) => /^schema-engine-/.test(name))
  const way = (kind: Migrations['kind'], migrate: string[], sql: string[]): Migrations => ({
    kind,
    migrate,
    seed: null,
    files: sql,
    at: `${files[0]}:1`,
  })
  const bySqlOfIt = way('sql', ['node', SQL_RUNNER, ...files], files)
  return hasEngine ? [way('prisma', ['npx', 'prisma', 'migrate', 'deploy'], []), bySqlOfIt] : [bySqlOfIt]
}

/** Each folder's files together, then each file by itself: an unused file may be broken. */
export function bySql(folder: string, places: readonly string[] = FOLDERS): Migrations[] {
  const textOf = (file: string) => readFileSync(join(folder, file), 'utf8')
  const makesTable = (file: string) => CREATES_TABLE.test(textOf(file))
  const way = (files: string[]): Migrations => {
    const first = files.find(makesTable)!
    const lines = readFileSync(join(folder, first), 'utf8').split('\n')
    const line = lines.findIndex((one) => CREATES_TABLE.test(one))
    const migrate = ['node', SQL_RUNNER, ...files]
    return { kind: 'sql', migrate, seed: null, files, at: `${first}:${line + 1}` }
  }
  const all = places
    .map((place) => filesIn(folder, place))
    .filter((files) => files.some(makesTable))
    .map((files) =>
      NEEDS_TABLES.test(textOf(files[0]!))
        ? [...files.filter(makesTable), ...files.filter((file) => !makesTable(file))]
        : files,
    )
  const alone = all.flatMap((files) => (files.length > 1 ? files.filter(makesTable).slice(0, ALONE) : []))
  return [...all, ...alone.map((file) => [file])].map(way)
}

/** Folders with no SQL of the app as it is. */
const ASIDE = /^(?:\..*|node_modules|usertwo|prisma|dist|build|out|coverage|tests?|__tests__|fixtures|e2e)$/
/** Levels of folders that are looked through. */
const DEEPEST = 4

/** Every folder below that is not one of the usual ones. */
function foldersBelow(folder: string, place = '', depth = 0): string[] {
  if (depth > DEEPEST || !existsSync(join(folder, place))) return []
  const below = readdirSync(join(folder, place), { withFileTypes: true })
    .filter((one) => one.isDirectory() && !ASIDE.test(one.name))
    .map(({ name }) => join(place, name))
    .sort()
  return below.flatMap((one) => [
    ...(FOLDERS.includes(one) ? [] : [one]),
    ...foldersBelow(folder, one, depth + 1),
  ])
}

/** Files tried by themselves, of one folder. */
const ALONE = 3

/** The SQL files of a folder that make something, tables before rows. */
function filesIn(folder: string, place: string): string[] {
  const at = join(folder, place)
  if (!existsSync(at)) return []
  return readdirSync(at)
    .filter(
      (name) => isSqlFile(name) && !/\b(?:down|undo|rollback|drop)\b/i.test(name.replaceAll(/[_.-]/g, ' ')),
    )
    .sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1))
    .map((name) => join(place, name))
}

const CREATES_TABLE = /create\s+table/i
/** Makes nothing, and names tables: no file of an order by numbers begins with it. */
const NEEDS_TABLES =
  /^(?![\s\S]*\bcreate\s+(?:table|extension|type|schema|function|domain|sequence)\b)[\s\S]*\b(?:comment\s+on|alter\s+table|insert\s+into|create\s+(?:unique\s+)?index)\b/i

/** Tables before rows. */
const rank = (name: string) => (/seed|insert|data|fixture/i.test(name) ? 1 : 0)
