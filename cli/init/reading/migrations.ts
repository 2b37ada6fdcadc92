import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Source } from '../../../reading/syntax/sources.js'
import { calledMember, isCall, propertiesOf, templateOf } from '../../../reading/syntax/syntax.js'
import { locate, traverse } from '../../../reading/syntax/tree.js'
import { type PackageManifest, placeIn } from './manifest.js'
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
  at: string
}

/** Runs SQL files: written beside the configuration where the app has nothing that does. */
export const SQL_RUNNER = 'usertwo/sql.mjs'
/** The SQL of a script that creates tables, if the code contains it as text. */
export const TABLES = 'usertwo/tables.sql'
/** Starts the app once, for its tables. */
export const START_ONCE = 'usertwo/start-once.mjs'

const FOLDERS = [
  '',
  'db',
  'sql',
  'database',
  'migrations',
  'db/migrations',
  'sql/migrations',
  'src/db',
  'src/migrations',
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
  'db:setup',
  'setup-db',
  'db:create',
]
const SEED = ['seed', 'db:seed', 'seed:run', 'seeds']

/** The ways that the folder shows, surest first: the first that makes a table is taken. */
export function findMigrations(
  folder: string,
  manifest: PackageManifest,
  sources: readonly Source[],
  others: readonly Source[],
  start: StartCommand,
): Migrations[] {
  return [
    byKnex(folder, start.file),
    bySequelize(folder),
    byScript(manifest),
    ...byPrisma(folder),
    ...bySql(folder),
    atStart(sources, start),
    inTexts([...sources, ...others]),
  ].filter((way) => way !== null)
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
  const [name, seed] = [named(MIGRATE), named(SEED)]
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
function bySql(folder: string): Migrations[] {
  const makesTable = (file: string) => CREATES_TABLE.test(readFileSync(join(folder, file), 'utf8'))
  const way = (files: string[]): Migrations => {
    const first = files.find(makesTable)!
    const lines = readFileSync(join(folder, first), 'utf8').split('\n')
    const line = lines.findIndex((one) => CREATES_TABLE.test(one))
    const migrate = ['node', SQL_RUNNER, ...files]
    return { kind: 'sql', migrate, seed: null, files, at: `${first}:${line + 1}` }
  }
  const all = FOLDERS.map((place) => filesIn(folder, place)).filter((files) => files.some(makesTable))
  const alone = all.flatMap((files) => (files.length > 1 ? files.filter(makesTable).slice(0, ALONE) : []))
  return [...all, ...alone.map((file) => [file])].map(way)
}

/** Files tried by themselves, of one folder. */
const ALONE = 3

/** The SQL files of a folder that make something, tables before rows. */
function filesIn(folder: string, place: string): string[] {
  const at = join(folder, place)
  if (!existsSync(at)) return []
  return readdirSync(at)
    .filter(
      (name) =>
        /\.sql$/.test(name) && !/\b(?:down|undo|rollback|drop)\b/i.test(name.replaceAll(/[_.-]/g, ' ')),
    )
    .sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1))
    .map((name) => join(place, name))
}

const CREATES_TABLE = /create\s+table/i
const CREATES = /^\s*create\s+table/im

/** Tables before rows. */
const rank = (name: string) => (/seed|insert|data|fixture/i.test(name) ? 1 : 0)

const MAKES = /^(?:sync|synchronize|latest|runMigrations|createTable|createTableIfNotExists)$/

/** `sequelize.sync()`, `knex.migrate.latest()`, `knex.schema.createTable()`, `create table if not exists` in the code that starts. */
function atStart(sources: readonly Source[], start: StartCommand): Migrations | null {
  const found = findSynchronize(sources)
  for (const { file, tree } of sources)
    traverse(tree, (node) => {
      const call = isCall(node) ? calledMember(node)?.name : undefined
      const sql = CREATES.test(templateOf(node, '?') ?? '')
      if (sql || (call && MAKES.test(call))) found.push(locate(file, node))
    })
  const [at] = found
  const migrate = [...start.command.slice(0, -1), START_ONCE]
  return at ? { kind: 'start', migrate, seed: null, files: [], at } : null
}

/** `new DataSource({ synchronize: true })`: TypeORM makes its tables, and drops what no entity names, at each start. */
export function findSynchronize(sources: readonly Source[]): string[] {
  const found: string[] = []
  for (const { file, tree } of sources)
    traverse(tree, (node) => {
      const named = propertiesOf(node)
      const value = named.find(({ key }) => key === 'synchronize')?.value
      if (!value || (value.type === 'BooleanLiteral' && value.value === false)) return
      if (named.some(({ key }) => /^(?:type|entities)$/.test(key))) found.push(locate(file, value))
    })
  return found
}

/** `const SQL = \`CREATE TABLE …\`` of a script that is run by hand, or at the first request: the file with most of it. */
function inTexts(sources: readonly Source[]): Migrations | null {
  const [most] = sources
    .map(({ file, tree }) => {
      const texts: { text: string; at: string }[] = []
      traverse(tree, (node) => {
        const text = templateOf(node, '\0')
        if (text && SQL.test(text) && !text.includes('\0')) texts.push({ text, at: locate(file, node) })
      })
      return { texts, made: texts.filter(({ text }) => CREATES.test(text)) }
    })
    .filter(({ made }) => made.length > 0)
    .sort((a, b) => count(b.made) - count(a.made))
  if (!most) return null
  const text = most.texts.map((one) => `${one.text.trim().replace(/;?$/, ';')}\n`).join('\n')
  const migrate = ['node', SQL_RUNNER, TABLES]
  return { kind: 'texts', migrate, seed: null, files: [TABLES], text, at: most.made[0]!.at }
}

const SQL = /^\s*(?:create|alter|insert)\s+(?:table|type|extension|index|unique|sequence|into)\b/im
const count = (made: { text: string }[]) =>
  made.reduce((sum, { text }) => sum + [...text.matchAll(/create\s+table/gi)].length, 0)
