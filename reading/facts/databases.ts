import { UNHOOKED_LIBRARIES } from '../../src/phases/6-isolation/drivers/unhooked-libraries.js'
import type { Source } from '../syntax/sources.js'
import { calledMember, isCall, nameOf, propertiesOf, templateOf, textOf } from '../syntax/syntax.js'
import { child, children, locate, type Node, traverse } from '../syntax/tree.js'
import { moduleLoadedAt } from './unhooked.js'

/** A place where an app keeps rows. */
export interface AppDatabase {
  name: DatabaseName
  /** the library, with the client that its options name: `knex (mysql2)` */
  by: string
  at: string
  /** `pg`: the layers can be put under it; `unhooked`: PostgreSQL by a driver that no hook reaches; `other`: another database */
  reach: 'pg' | 'unhooked' | 'other'
}

type DatabaseName = (typeof DATABASES)[number]['name']

interface DatabaseEntry {
  name: string
  /** packages that ask this database and no other; also what is below them: `mysql2/promise` */
  modules: readonly string[]
  /** what a library for several databases calls it: `client`, `dialect`, `type`, `provider`, the scheme of a URL */
  clients: readonly string[]
  /** the section of docs/start/which-database.md */
  section: string
}

/**
 * The databases that Express apps use, with their drivers. Add a driver here: `scan`, `init` and `doctor` read this list.
 * PostgreSQL drivers that no hook reaches are in `UNHOOKED_LIBRARIES`.
 */
export const DATABASES = [
  {
    name: 'PostgreSQL',
    modules: [
      'pg',
      'pg-promise',
      'slonik',
      'drizzle-orm/node-postgres',
      '@mikro-orm/postgresql',
      '@prisma/adapter-pg',
    ],
    clients: ['pg', 'postgres', 'postgresql', 'pgnative', 'cockroachdb'],
    section: 'postgresql',
  },
  {
    name: 'MongoDB',
    modules: ['mongodb', 'mongoose', '@typegoose/typegoose', 'mongojs', 'monk', '@mikro-orm/mongodb'],
    clients: ['mongodb', 'mongodb+srv', 'mongo'],
    section: 'mongodb',
  },
  {
    name: 'MySQL',
    modules: [
      'mysql',
      'mysql2',
      'mariadb',
      '@planetscale/database',
      'drizzle-orm/mysql2',
      'drizzle-orm/planetscale-serverless',
      '@mikro-orm/mysql',
      '@mikro-orm/mariadb',
      '@prisma/adapter-mariadb',
    ],
    clients: ['mysql', 'mysql2', 'mariadb'],
    section: 'mysql',
  },
  {
    name: 'SQLite',
    modules: [
      'node:sqlite',
      'better-sqlite3',
      'sqlite3',
      '@vscode/sqlite3',
      'sqlite',
      'sql.js',
      'libsql',
      '@libsql/client',
      'drizzle-orm/better-sqlite3',
      'drizzle-orm/libsql',
      'drizzle-orm/sql-js',
      'drizzle-orm/d1',
      '@mikro-orm/sqlite',
      '@mikro-orm/better-sqlite',
      '@mikro-orm/libsql',
      '@prisma/adapter-better-sqlite3',
      '@prisma/adapter-libsql',
    ],
    clients: ['sqlite', 'sqlite3', 'better-sqlite3', 'libsql', 'sqljs'],
    section: 'sqlite',
  },
  {
    name: 'SQL Server',
    modules: ['mssql', 'tedious', '@mikro-orm/mssql'],
    clients: ['mssql', 'sqlserver'],
    section: 'other-databases',
  },
  {
    name: 'Oracle',
    modules: ['oracledb'],
    clients: ['oracle', 'oracledb'],
    section: 'other-databases',
  },
  {
    name: 'Firestore',
    modules: ['firebase-admin/firestore', '@google-cloud/firestore', 'firebase/firestore'],
    clients: [],
    section: 'other-databases',
  },
  {
    name: 'DynamoDB',
    modules: ['@aws-sdk/client-dynamodb', '@aws-sdk/lib-dynamodb', 'dynamoose'],
    clients: [],
    section: 'other-databases',
  },
  { name: 'Supabase’s HTTP API', modules: ['@supabase/supabase-js'], clients: [], section: 'supabase' },
  {
    name: 'a file of JSON',
    modules: ['lowdb', 'nedb', 'nedb-promises', '@seald-io/nedb', 'node-json-db', 'simple-json-db'],
    clients: [],
    section: 'a-file-of-json',
  },
] as const satisfies readonly DatabaseEntry[]

/** Libraries for several databases, with the option that names one. Without that option the installed driver does. */
const LIBRARIES: Record<string, string | null> = {
  knex: 'client',
  sequelize: 'dialect',
  'sequelize-typescript': 'dialect',
  typeorm: 'type',
  kysely: null,
  '@prisma/client': null,
}

/**
 * Finds the databases of an app in the sources of its server, the one that counts first: PostgreSQL by pg, then PostgreSQL by
 * another driver, then the others in the order of the files. Empty: no database was found.
 * @param dependencies of its package.json: the driver of a library whose options do not name one
 * @param schemas reads the texts of its Prisma schemas; called if the app loads Prisma
 */
export function findDatabases(
  sources: readonly Source[],
  dependencies: Iterable<string>,
  schemas: () => Iterable<string>,
): AppDatabase[] {
  const modules = new Set(sources.flatMap((one) => modulesOf(one).map(({ module }) => module)))
  const loaded = Object.keys(LIBRARIES).filter((name) => modules.has(name))
  const named = sources.flatMap((source) => byOptions(source, loaded))
  const unnamed = loaded.filter((name) => LIBRARIES[name] && !named.some(({ by }) => by.startsWith(name)))
  const installed = [...dependencies]
  const drivers = driversOf(installed)
  const found = [...named, ...sources.flatMap((source) => byModules(source, unnamed, drivers, schemas))]
  const hasDriver = loaded.length > 0 || installed.some((one) => entryOf(one) || isUnhookedDriver(one))
  if (found.length === 0 && !hasDriver) found.push(...sources.flatMap(jsonFiles))
  const keyOf = ({ name, reach }: AppDatabase) => `${name} ${reach}`
  const once = found.filter((one, at) => found.findIndex((other) => keyOf(other) === keyOf(one)) === at)
  return once.sort((a, b) => REACHES.indexOf(a.reach) - REACHES.indexOf(b.reach))
}

const REACHES = ['pg', 'unhooked', 'other']

/** The packages among these that ask another database than PostgreSQL, or PostgreSQL by a driver that no hook reaches. */
export function otherDrivers(dependencies: Iterable<string>): string[] {
  return [...dependencies].filter((name) => {
    const entry = entryOf(name)
    return entry ? entry.name !== 'PostgreSQL' : isUnhookedDriver(name)
  })
}

/** The section of the page about an app's database. */
export function pageOf({ name, reach }: AppDatabase): string {
  const section = reach === 'unhooked' ? 'other-drivers' : DATABASES.find((one) => one.name === name)!.section
  return `docs/start/which-database.md#${section}`
}

/** Whether a handle asks PostgreSQL by pg, as far as it says: `knex`, `knex (pg)`; not `knex (mysql2)`. */
export function isOfPostgres(handle: string): boolean {
  const [, library = handle, client] = /^(.*) \((.*)\)$/.exec(handle) ?? []
  return !isUnhookedDriver(library) && (client === undefined || ofClient(client)?.name === 'PostgreSQL')
}

/** Whether a module is Neon's driver or what Drizzle has over it, which `usertwo fix driver` swaps for pg. */
export const isNeon = (module: string) =>
  /^(?:@neondatabase\/serverless|drizzle-orm\/neon-(?:http|serverless))$/.test(module)

export const ONLY_POSTGRES = 'usertwo separates users in PostgreSQL alone'
export const NO_HOOK = 'usertwo cannot separate users below this driver'

/** The database in words: `MongoDB, by mongoose at models/note.js:1`. */
export const databaseInWords = ({ name, by, at }: AppDatabase) => `${name}, by ${by} at ${at}`

const entryOf = (module: string) =>
  DATABASES.find(({ modules }) => modules.some((one) => module === one || module.startsWith(`${one}/`)))
const ofClient = (client: string) =>
  DATABASES.find(({ clients }) => (clients as readonly string[]).includes(client))
const isUnhookedDriver = (module: string) =>
  UNHOOKED_LIBRARIES.some(
    ({ name, isDriver, loadedBy = [] }) => isDriver && (name === module || loadedBy.includes(module)),
  )
const placed = (name: DatabaseName, by: string, at: string): AppDatabase => ({
  name,
  by,
  at,
  reach: name === 'PostgreSQL' ? 'pg' : 'other',
})

/**
 * The databases that a file names by what it loads.
 * @param unnamed libraries for several databases whose options name none
 * @param drivers the databases whose drivers are installed for them
 */
function byModules(
  source: Source,
  unnamed: readonly string[],
  drivers: readonly DatabaseName[],
  schemas: () => Iterable<string>,
): AppDatabase[] {
  const databases: AppDatabase[] = []
  const taken = (module: string) =>
    [...source.imports.values()].flatMap((one) => (one.module === module ? one.imported : []))
  for (const { module, at } of modulesOf(source)) {
    const entry = entryOf(module)
    if (entry) databases.push(placed(entry.name, module, at))
    else if (isUnhookedDriver(module))
      databases.push({ name: 'PostgreSQL', by: module, at, reach: 'unhooked' })
    else if (module === '@prisma/client' || taken(module).includes('PrismaClient'))
      databases.push(...providersIn(schemas()).map((name) => placed(name, '@prisma/client', at)))
    else if (module === 'kysely')
      for (const name of taken(module)) {
        const client = DIALECTS[name]
        if (client) databases.push(placed(client, `kysely (${name})`, at))
      }
    else if (unnamed.includes(module)) databases.push(...drivers.map((name) => placed(name, module, at)))
  }
  return databases
}

function modulesOf({ file, tree }: Source): { module: string; at: string }[] {
  const loaded: { module: string; at: string }[] = []
  traverse(tree, (node, parents) => {
    const module = moduleLoadedAt(node, parents)
    if (module !== null) loaded.push({ module, at: locate(file, node) })
  })
  return loaded
}

const DIALECTS: Record<string, DatabaseName> = {
  PostgresDialect: 'PostgreSQL',
  MysqlDialect: 'MySQL',
  SqliteDialect: 'SQLite',
  MssqlDialect: 'SQL Server',
}

/** `knex({ client: 'mysql2' })`, also where the options are in a file of their own; `new Sequelize('sqlite::memory:')`. */
function byOptions({ file, tree }: Source, loaded: readonly string[]): AppDatabase[] {
  const databases: AppDatabase[] = []
  const add = (library: string, client: string, at: Node) => {
    const entry = ofClient(client)
    if (entry) databases.push(placed(entry.name, `${library} (${client})`, locate(file, at)))
  }
  if (loaded.length === 0) return []
  traverse(tree, (node) => {
    for (const { key, value, at } of propertiesOf(node)) {
      const library = loaded.find((name) => LIBRARIES[name] === key)
      if (library) for (const text of textsIn(value)) add(library, text, at)
    }
    if (!isCall(node) && node.type !== 'NewExpression') return
    const scheme = /^([\w+]+):/.exec(templateOf(children(node, 'arguments')[0] ?? null) ?? '')?.[1]
    const called = nameOf(child(node, 'callee'))?.toLowerCase()
    const library = loaded.find((name) => name.replace(/-.*/, '') === called)
    if (scheme && library) add(library, scheme, node)
  })
  return databases
}

/** The texts that a value may be: `process.env.DB_CLIENT || 'pg'`, `isTest ? 'sqlite3' : 'pg'`. */
function textsIn(value: Node | null): string[] {
  if (!value) return []
  if (value.type === 'LogicalExpression' || value.type === 'TSAsExpression')
    return [...textsIn(child(value, 'expression')), ...textsIn(child(value, 'right'))]
  if (value.type === 'ConditionalExpression')
    return [...textsIn(child(value, 'consequent')), ...textsIn(child(value, 'alternate'))]
  const text = textOf(value)
  return text === null ? [] : [text]
}

/** The databases whose drivers are installed for a library that loads them itself; PostgreSQL alone, if its driver is one. */
function driversOf(installed: readonly string[]): DatabaseName[] {
  const names = new Set(installed.flatMap((name) => entryOf(name)?.name ?? []))
  return names.has('PostgreSQL') ? ['PostgreSQL'] : [...names]
}

function providersIn(schemas: Iterable<string>): DatabaseName[] {
  return [...schemas].flatMap((text) => {
    const block = /\bdatasource\s+\w+\s*\{([^}]*)\}/.exec(text)?.[1] ?? ''
    return ofClient(/\bprovider\s*=\s*"([^"]+)"/.exec(block)?.[1] ?? '')?.name ?? []
  })
}

/** `fs.writeFileSync(FILE, JSON.stringify(notes))`, `fse.writeJson(FILE, notes)`: rows that no database keeps. */
function jsonFiles({ file, tree }: Source): AppDatabase[] {
  const places: AppDatabase[] = []
  traverse(tree, (node) => {
    if (!isCall(node)) return
    const name = calledMember(node)?.name ?? nameOf(child(node, 'callee')) ?? ''
    const [, value] = children(node, 'arguments')
    const isText = value && isCall(value) && calledMember(value)?.name === 'stringify'
    const isJson = /^(?:write|output)Json(?:Sync)?$/i.test(name)
    if (value && (isJson || (isText && /^writeFile(?:Sync)?$/.test(name))))
      places.push(placed('a file of JSON', name, locate(file, node)))
  })
  return places
}
