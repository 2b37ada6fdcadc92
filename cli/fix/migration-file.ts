import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { bySql } from '../init/reading/migrations.js'

/** SQL, and what takes it back. */
export interface MigrationText {
  up: string
  down: string
}

/** A migration in the way of the app, which is not written yet. */
export interface AppMigration {
  /** from the app's folder */
  file: string
  text: string
  /** what runs it: words for people */
  runs: string
}

const NAME = 'usertwo_functions'
const KNEXFILES = ['knexfile.js', 'knexfile.cjs', 'knexfile.mjs', 'knexfile.ts']

/**
 * Chooses the file next to the app's migrations: of knex, of Prisma, or SQL. Its name comes after theirs.
 *
 * @param migrate how the app makes its tables
 */
export function migrationFile(
  folder: string,
  migrate: readonly string[] | undefined,
  sql: MigrationText,
): AppMigration {
  const knex = knexFolder(folder)
  if (knex !== null) return ofKnex(folder, knex, sql)
  const prisma = join('prisma', 'migrations')
  if (existsSync(join(folder, prisma))) {
    const place = join(prisma, `${nextName(folder, prisma)}${NAME}`, 'migration.sql')
    return { file: place, text: sql.up, runs: '`prisma migrate deploy` runs it' }
  }
  const named = (migrate ?? []).filter((word) => word.endsWith('.sql'))
  const last = named.at(-1) ?? bySql(folder)[0]?.files.at(-1)
  const place = last === undefined ? 'usertwo' : dirname(last)
  const isNumbered = named.length !== 1 && last !== undefined && /^\d/.test(last.split('/').at(-1)!)
  const file = join(place, `${isNumbered ? nextName(folder, place) : ''}${NAME}.sql`)
  return {
    file,
    text: sql.up,
    runs: named.length
      ? `write ${file} behind ${named.at(-1)} in app.migrate, and run it on the database before \`usertwo migrate up\``
      : 'it runs with your other migrations; run it before `usertwo migrate up`',
  }
}

/** Returns the folder of knex migrations; null: the app has none. */
function knexFolder(folder: string): string | null {
  const knexfile = KNEXFILES.find((name) => existsSync(join(folder, name)))
  if (knexfile === undefined) return null
  const text = readFileSync(join(folder, knexfile), 'utf8')
  const place =
    /migrations\s*:\s*\{[^}]*?directory\s*:\s*['"`]([^'"`]+)['"`]/s.exec(text)?.[1] ?? 'migrations'
  return existsSync(join(folder, place)) ? join(place) : null
}

function ofKnex(folder: string, place: string, { up, down }: MigrationText): AppMigration {
  const last = readdirSync(join(folder, place))
    .sort()
    .filter((name) => /\.[cm]?[jt]s$/.test(name))
    .at(-1)
  const ending = last === undefined ? '.js' : /\.[cm]?[jt]s$/.exec(last)![0]
  const written = last === undefined ? '' : readFileSync(join(folder, place, last), 'utf8')
  const isModule = ending === '.mjs' || ending.endsWith('ts') || /^export\b/m.test(written)
  const given = ending.endsWith('ts') ? '(knex: import("knex").Knex)' : '(knex)'
  // knex reads a question mark as a bound value.
  const raw = (sql: string) => `knex.raw(${inTemplate(sql.replaceAll('?', '\\?'))})`
  const text = (['up', 'down'] as const)
    .map((name) => {
      const head = isModule ? `export const ${name}` : `exports.${name}`
      return `${head} = ${given} => ${raw(name === 'up' ? up : down)}\n`
    })
    .join('\n')
  return {
    file: join(place, `${nextName(folder, place)}${NAME}${ending}`),
    text,
    runs: '`knex migrate:latest` runs it; run it before `usertwo migrate up`',
  }
}

const inTemplate = (sql: string) => `\`\n${sql.replace(/[\\`]|\$\{/g, '\\$&')}\``

/** Returns how a name begins that comes after those in a folder: `20260131120000_` or `003_`, as they are. */
function nextName(folder: string, place: string): string {
  const numbers = readdirSync(join(folder, place))
    .flatMap((name) => /^\d+/.exec(name)?.[0] ?? [])
    .sort((a, b) => Number(a) - Number(b))
  const last = numbers.at(-1)
  const now = new Date().toISOString().replace(/\D/g, '').slice(0, 14)
  if (last === undefined) return `${now}_`
  const isTime = last.length === 14 && Number(now) > Number(last)
  return `${isTime ? now : String(Number(last) + 1).padStart(last.length, '0')}_`
}
