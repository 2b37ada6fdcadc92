import type { Source } from '../../../reading/syntax/sources.js'
import { calledMember, isCall, propertiesOf, templateOf } from '../../../reading/syntax/syntax.js'
import { locate, traverse } from '../../../reading/syntax/tree.js'
import { SQL_RUNNER, START_ONCE, TABLES } from '../files/planned.js'
import type { Migrations } from './migrations.js'
import type { StartCommand } from './start.js'

const CREATES = /^\s*create\s+table/im
const MAKES = /^(?:sync|synchronize|latest|runMigrations|createTable|createTableIfNotExists)$/

/** `sequelize.sync()`, `knex.migrate.latest()`, TypeORM's `migrationsRun`, `knex.schema.createTable()`, `create table if not exists` in the code that starts. */
export function atStart(sources: readonly Source[], start: StartCommand): Migrations | null {
  const found = [...findSynchronize(sources), ...findOption(sources, 'migrationsRun')]
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
export const findSynchronize = (sources: readonly Source[]): string[] => findOption(sources, 'synchronize')

/** Where the options of a data source switch something on, or a variable may. */
function findOption(sources: readonly Source[], name: 'synchronize' | 'migrationsRun'): string[] {
  const found: string[] = []
  for (const { file, tree } of sources)
    traverse(tree, (node) => {
      const named = propertiesOf(node)
      const value = named.find(({ key }) => key === name)?.value
      if (!value || (value.type === 'BooleanLiteral' && value.value === false)) return
      if (named.some(({ key }) => /^(?:type|entities|migrations)$/.test(key))) found.push(locate(file, value))
    })
  return found
}

/** `const SQL = \`CREATE TABLE …\`` of a script that is run by hand, or at the first request: the file with most of it. */
export function inTexts(sources: readonly Source[]): Migrations | null {
  const [most] = sources
    .map(({ file, tree }) => {
      const texts: { text: string; at: string }[] = []
      const left: string[] = []
      traverse(tree, (node) => {
        const text = templateOf(node, '\0')
        if (!text || !SQL.test(text)) return
        if (!text.includes('\0')) texts.push({ text, at: locate(file, node) })
        else if (CREATES.test(text)) left.push(locate(file, node))
      })
      return { texts, left, made: texts.filter(({ text }) => CREATES.test(text)) }
    })
    .filter(({ made }) => made.length > 0)
    .sort((a, b) => count(b.made) - count(a.made))
  if (!most) return null
  const text = most.texts.map((one) => `${one.text.trim().replace(/;?$/, ';')}\n`).join('\n')
  const migrate = ['node', SQL_RUNNER, TABLES]
  const [left] = most.left
  const at = most.made[0]!.at
  return { kind: 'texts', migrate, seed: null, files: [TABLES], text, at, ...(left && { left }) }
}

/** Returns what went wrong on a way to tables, with where the SQL is from if init has taken it out of the code. */
export function ofWay(problem: string, { kind, at, left }: Pick<Migrations, 'kind' | 'at' | 'left'>): string {
  if (kind !== 'texts') return problem
  const without = left
    ? ` without that of ${left}, which is built from parts: let a script named "migrate" in package.json make the tables`
    : ''
  return `${problem} (${TABLES} is the SQL in ${at.replace(/:\d+$/, '')}${without})`
}

const SQL = /^\s*(?:create|alter|insert)\s+(?:table|type|extension|index|unique|sequence|into)\b/im
const count = (made: { text: string }[]) =>
  made.reduce((sum, { text }) => sum + [...text.matchAll(/create\s+table/gi)].length, 0)
