import { type Config, isOwned } from '../../../src/config/config.js'
import type { UserId } from '../../../src/core/context.js'
import { q, quotedTable } from '../../../src/database/quoted.js'
import type { GateDatabase } from '../../gate/gate.js'
import type { Exchange } from '../../gate/traffic/exchange.js'
import { nameInConfig } from '../fixture/catalog-sql.js'

export interface CorpusColumn {
  name: string
  /** as written by `format_type` */
  type: string
  key: boolean
  /** the table that this column refers to */
  references: string | null
}

/** A table of the app, with what is needed to make up requests. */
export interface CorpusTable {
  name: string
  owner: string | null
  columns: CorpusColumn[]
  /** the owner's newest and oldest rows; of a shared table, any rows. A `date` is its text */
  rows: Record<string, unknown>[]
}

/** The material from which requests are made up. */
export interface Corpus {
  tables: CorpusTable[]
  recorded: readonly Exchange[]
}

const COLUMNS = `select a.attname as name, format_type(a.atttypid, a.atttypmod) as type,
    exists (select from pg_index i where i.indrelid = a.attrelid and i.indisprimary and a.attnum = any (i.indkey)) as key,
    (select ${nameInConfig('p', ['$2', '$3'])} from pg_constraint k join pg_class p on p.oid = k.confrelid
      where k.conrelid = a.attrelid and k.contype = 'f' and k.conparentid = 0 and k.conkey = array[a.attnum] limit 1) as references
  from pg_attribute a
  where a.attrelid = to_regclass($1) and a.attnum > 0 and not a.attisdropped and a.attgenerated = '' order by a.attnum`

/** Reads the tables of the configuration, with some rows of `person`. */
export async function corpusOf(
  database: GateDatabase,
  config: Config,
  person: UserId,
  recorded: readonly Exchange[],
): Promise<Corpus> {
  const tables: CorpusTable[] = []
  const names = Object.keys(config.tables)
  for (const [name, table] of Object.entries(config.tables)) {
    const columns = await database.sql<CorpusColumn>(COLUMNS, [
      quotedTable(name),
      names.map(quotedTable),
      names,
    ])
    if (!columns.length) continue
    const owner = isOwned(table) ? table.owner : null
    const order = columns.find(({ key }) => key)?.name ?? columns[0]!.name
    // A day is sent as the database writes it: pg makes a time of it.
    const days = columns.filter(({ type }) => type === 'date').map((one) => q(one.name))
    const some = (way: string) =>
      database.sql(
        `select ${['t.*', ...days.map((day) => `t.${day}::text as ${day}`)].join(', ')} from ${quotedTable(name)} t
         ${owner === null ? 'where $1::text is not null' : `where t.${q(owner)}::text = $1`}
         order by t.${q(order)} ${way} limit 3`,
        [String(person)],
      )
    const rows = [...(await some('desc')), ...(await some('asc'))]
    tables.push({ name, owner, columns, rows })
  }
  return { tables, recorded }
}

/** Returns one spelling of `thread_id`, `threadId`, `Threads`: letters and digits, in lower case. */
export function plainName(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, '')
}

/** …in the singular: of `threads`, `categories`, `boxes`. */
export function singular(name: string): string {
  const one = plainName(name)
  if (/ies$/.test(one)) return one.replace(/ies$/, 'y')
  if (/(?:s|x|z|ch|sh)es$/.test(one)) return one.replace(/es$/, '')
  return one.replace(/(?<!s)s$/, '')
}

/** Returns a value of a row as a request spells it. */
export function asSent(value: unknown): unknown {
  return value instanceof Date ? value.toISOString() : value
}

/** The same of a table's name in the configuration, which may have a schema: `shop.items`. */
export const singularTable = (name: string): string => singular(name.slice(name.lastIndexOf('.') + 1))
