import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Source } from '../../inventory/sources.js'
import { calledMember, isCall, templateOf } from '../../inventory/syntax.js'
import { locate, traverse } from '../../inventory/tree.js'
import { type Manifest, placeIn } from './manifest.js'

/** How an empty database gets the app's tables, and its rows. */
export interface Migrations {
  kind: 'knex' | 'sequelize' | 'script' | 'sql' | 'start'
  migrate: string[]
  seed: string[] | null
  /** SQL files that a helper runs */
  files: string[]
  at: string
}

/** Runs SQL files: written beside the configuration where the app has nothing that does. */
export const SQL_RUNNER = 'usertwo/sql.mjs'
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

/** The first way that the folder shows, surest first. Null: nothing there makes tables. */
export function findMigrations(
  folder: string,
  manifest: Manifest,
  sources: readonly Source[],
  start: string,
): Migrations | null {
  return (
    byKnex(folder, start) ?? bySequelize(folder) ?? byScript(manifest) ?? bySql(folder) ?? atStart(sources)
  )
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

function byScript(manifest: Manifest): Migrations | null {
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

function bySql(folder: string): Migrations | null {
  for (const place of FOLDERS) {
    const at = join(folder, place)
    if (!existsSync(at)) continue
    const files = readdirSync(at)
      .filter(
        (name) =>
          /\.sql$/.test(name) && !/\b(?:down|undo|rollback|drop)\b/i.test(name.replaceAll(/[_.-]/g, ' ')),
      )
      .sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1))
      .map((name) => join(place, name))
    const first = files.find((file) => /create\s+table/i.test(readFileSync(join(folder, file), 'utf8')))
    if (!first) continue
    const line = readFileSync(join(folder, first), 'utf8')
      .split('\n')
      .findIndex((one) => /create\s+table/i.test(one))
    return {
      kind: 'sql',
      migrate: ['node', SQL_RUNNER, ...files],
      seed: null,
      files,
      at: `${first}:${line + 1}`,
    }
  }
  return null
}

/** Tables before rows. */
const rank = (name: string) => (/seed|insert|data|fixture/i.test(name) ? 1 : 0)

/** `sequelize.sync()`, `knex.migrate.latest()`, `create table if not exists` in the code that starts. */
function atStart(sources: readonly Source[]): Migrations | null {
  const found: string[] = []
  for (const { file, tree } of sources)
    traverse(tree, (node) => {
      const call = isCall(node) ? calledMember(node)?.name : undefined
      const sql = /^\s*create\s+table/i.test(templateOf(node, '?') ?? '')
      if (sql || call === 'sync' || call === 'synchronize' || call === 'latest' || call === 'runMigrations')
        found.push(locate(file, node))
    })
  const [at] = found
  return at ? { kind: 'start', migrate: ['node', START_ONCE], seed: null, files: [], at } : null
}
