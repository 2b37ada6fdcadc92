import { readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { PACKAGE_ROOT } from '../../core/own-package.js'
import { splitStatements } from './statements.js'

export type Direction = 'up' | 'down'

/** One parsed file of `migrations/`, with its placeholders. */
export interface MigrationFile {
  /** the file's name without `.sql` */
  name: string
  phase: number
  /** the variable that switches on what needs it; absent: every start of its phase does */
  only?: string
  /** what an operator should know before it runs, from the file's first line */
  risk: string
  up: string[]
  down: string[]
}

const FOLDER = join(PACKAGE_ROOT, 'migrations')
const DIRECTIVE = /^-- phase: (\d+)(?: only: ([A-Z_]+))? risk: (.+)$/

/**
 * Reads usertwo's migrations in the order of their names.
 *
 * @throws if a file has no directive in its first line, a name of another phase, or no `-- up` and `-- down`
 */
export function readMigrations(folder = FOLDER): MigrationFile[] {
  const files = readdirSync(folder).filter((file) => file.endsWith('.sql'))
  return files
    .sort()
    .map((file) => parseMigration(basename(file, '.sql'), readFileSync(join(folder, file), 'utf8')))
}

export function parseMigration(name: string, text: string): MigrationFile {
  const [, phase, only, risk] = DIRECTIVE.exec(text.split('\n', 1)[0] ?? '') ?? []
  if (!phase || !risk)
    throw new Error(
      `Migration ${name}: its first line must be: -- phase: N [only: VARIABLE] risk: what to know`,
    )
  if (Number(name.slice(0, 2)) !== Number(phase))
    throw new Error(`Migration ${name}: its directive says phase ${phase}, its name ${name.slice(0, 2)}`)
  const [, up, down] = /^-- up$([\s\S]*)^-- down$([\s\S]*)/m.exec(text) ?? []
  if (up === undefined || down === undefined)
    throw new Error(`Migration ${name}: it needs a line "-- up" and after it a line "-- down"`)
  return {
    name,
    phase: Number(phase),
    ...(only && { only }),
    risk,
    up: splitStatements(up),
    down: splitStatements(down),
  }
}
