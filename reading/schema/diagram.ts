import type { TableEntry } from './tables.js'

/** How the diagram labels a table's access. */
const WORDS: Record<string, string> = {
  self: 'users: each their own row',
  reference: 'reference: all read',
  closed: 'closed',
  bookkeeping: 'of a migration tool',
}

/** Describes a table's access and owner: `owned by user_id`, `shared: all read, user_id writes`. */
export function ownerInWords({ access, owner }: Pick<TableEntry, 'access' | 'owner'>): string {
  if (access === null) return 'not classified'
  if (access === 'private') return `owned by ${owner}`
  if (access === 'readable') return `shared: all read, ${owner} writes`
  return WORDS[access] ?? access
}

/** Returns the tables as a Mermaid ER diagram, each with its access, columns, keys and references. */
export function erDiagram(tables: readonly TableEntry[]): string[] {
  return [
    'erDiagram',
    ...tables.flatMap((table) => {
      const columns = table.columns.map(columnOf)
      const leading = new Set(table.foreignKeys.flatMap((key) => keyOf(key)?.columns ?? []))
      return [
        `  ${word(table.name)}["${text(`${table.name} (${ownerInWords(table)})`)}"] {`,
        ...columns.map(({ name, type }) => {
          const keys = [table.primaryKey.includes(name) && 'PK', leading.has(name) && 'FK'].filter(Boolean)
          const says = name === table.owner ? ' "owner"' : ''
          return `    ${word(type)} ${word(name)}${keys.length ? ` ${keys.join(', ')}` : ''}${says}`
        }),
        '  }',
      ]
    }),
    ...tables.flatMap((table) =>
      table.foreignKeys.flatMap((key) => {
        const { columns, target } = keyOf(key) ?? { columns: [], target: '' }
        const isThere = tables.some(({ name }) => name === target)
        const known = table.columns.map(columnOf)
        const isOptional = columns.some((name) => known.find((one) => one.name === name)?.nullable)
        return isThere
          ? [
              `  ${word(target)} ${isOptional ? '|o' : '||'}--o{ ${word(table.name)} : "${text(columns.join(', '))}"`,
            ]
          : []
      }),
    ),
  ]
}

/** Parses `user_id integer not null`. Only a type contains unquoted spaces. */
function columnOf(written: string): { name: string; type: string; nullable: boolean } {
  const [name = '', ...type] = written.replace(/ not null$/, '').split(' ')
  return { name, type: type.join(' '), nullable: !written.endsWith(' not null') }
}

/** Parses `thread_id → threads(id) on delete cascade`. */
function keyOf(written: string): { columns: string[]; target: string } | null {
  const [, columns, target] = /^(.+) → ([^(]+)\(/.exec(written) ?? []
  return columns && target ? { columns: columns.split(', '), target } : null
}

/** Returns a name that Mermaid accepts: a letter, then letters, digits and underscores. */
function word(name: string): string {
  const plain = name.replace(/\W+/g, '_').replace(/^_+(?=.)|(?<=.)_+$/g, '')
  return /^[a-z]/i.test(plain) ? plain : `t_${plain}`
}

const text = (said: string) => said.replace(/["\n]/g, "'")
