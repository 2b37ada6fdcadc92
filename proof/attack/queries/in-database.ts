import { type Config, ownedIn } from '../../../src/config/config.js'
import type { Queryable } from '../../../src/database/catalog/ask.js'
import { ownedTableIn } from '../../../src/phases/6-isolation/query/raw/refuse-raw.js'
import { isWord, meaningOf, nameOf } from '../../../src/sql/meaning.js'
import type { GateDatabase } from '../../gate/gate.js'
import { type AppFunction, appFunctions } from '../../statements/functions.js'

/** What functions of the app's database do with owned rows: no layer above the database sees it. */
export interface InDatabase {
  /** each trigger function, in words: where it is, and the owned tables that it reaches */
  triggers: string[]
  /** returns whether a statement calls a function that reaches an owned table */
  calls(sql: string): boolean
}

/** Reads the functions of the app that read or write an owned table, by themselves or by another one. */
export async function reachedInDatabase(
  database: Pick<GateDatabase, 'sql'>,
  config: Config,
): Promise<InDatabase> {
  const client = { query: async (text: string) => ({ rows: await database.sql(text) }) }
  const functions = await appFunctions(client as unknown as Queryable)
  const finders = ownedIn(config).map(([name]) => [name, ownedTableIn([name])] as const)
  const reaches = new Map<AppFunction, string[]>()
  for (const one of functions) {
    const text = textOf(one)
    const tables = finders.flatMap(([name, tableIn]) => (tableIn('raw', text) === null ? [] : [name]))
    if (isDynamic(text)) tables.push('any table')
    if (tables.length) reaches.set(one, tables)
  }
  const calledBy = (sql: string) => {
    const names = namesCalled(sql)
    return [...reaches].find(([one]) => names.has(plainName(one)))
  }
  for (let before = -1; before < reaches.size; ) {
    before = reaches.size
    for (const one of functions) {
      const called = reaches.has(one) ? undefined : calledBy(textOf(one))
      if (called) reaches.set(one, called[1])
    }
  }
  return {
    triggers: [...reaches].flatMap(([{ name, tables: on }, tables]) =>
      on.length ? [`${name} on ${on.join(', ')}, which reaches ${tables.join(', ')}`] : [],
    ),
    calls: (sql) => calledBy(sql) !== undefined,
  }
}

const textOf = ({ body, definition }: AppFunction) => body || definition

const isDynamic = (text: string) => meaningOf(text).some((token) => isWord(token, 'execute'))

/** `public.count_month()` is `count_month` */
const plainName = ({ name }: AppFunction) =>
  name.replace(/\(.*$/s, '').split('.').at(-1)!.replaceAll('"', '').toLowerCase()

/** Returns what stands before an opening bracket. */
function namesCalled(sql: string): Set<string> {
  const tokens = meaningOf(sql)
  return new Set(
    tokens.flatMap((token, at) => {
      const name = tokens[at + 1]?.text === '(' ? nameOf(token) : null
      return name === null ? [] : [name.toLowerCase()]
    }),
  )
}
