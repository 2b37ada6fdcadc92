import { cachedModules, isWanted, valueIn } from '../../../src/phases/6-isolation/start/loaded.js'

/** What a query outside every request gets of the tables with row security. */
export interface SeenOutside {
  /** the file of the copy of pg that asked */
  driver: string
  /** the number of tables that were queried */
  tables: number
  /** the rows it was answered with, by table; a table is missing if its query was refused */
  seen: { table: string; rows: number }[]
}

interface Asking {
  connect(): Promise<unknown>
  query(text: string): Promise<{ rows: { name: string; count: number }[] }>
  end(): Promise<unknown>
  on(event: 'error', listener: () => void): unknown
}

/**
 * Counts, outside every request, the rows of each table with row security. Each copy of pg that the process
 * has loaded counts them on its own connection, as the app's login. A copy whose connection is refused sees
 * none.
 */
export async function seenOutside(): Promise<SeenOutside[]> {
  const found: SeenOutside[] = []
  for (const { file, entry } of cachedModules()) {
    const Client = clientOf(valueIn(entry, 'exports'))
    if (!Client) continue
    const client = new Client({ connectionString: process.env.DATABASE_URL, connectionTimeoutMillis: 2_000 })
    client.on('error', () => {})
    try {
      await client.connect()
      const { rows: tables } = await client.query(
        'select oid::regclass::text as name from pg_class where relrowsecurity order by 1',
      )
      const seen: SeenOutside['seen'] = []
      for (const { name } of tables) {
        const answer = await client.query(`select count(*)::int as count from ${name}`).catch(() => null)
        if (answer) seen.push({ table: name, rows: answer.rows[0]!.count })
      }
      found.push({ driver: file, tables: tables.length, seen })
    } catch {
      found.push({ driver: file, tables: 0, seen: [] })
    }
    await client.end().catch(() => {})
  }
  return found
}

/** Returns the client class of a copy of pg, which its main module exports next to its Pool. */
function clientOf(exports: unknown): (new (config: object) => Asking) | null {
  const [Client, Pool, Query] = ['Client', 'Pool', 'Query'].map((name) => valueIn(exports, name))
  const isPg = [Client, Pool, Query].every((one) => typeof one === 'function')
  return isPg && isWanted(startsSessions, Client) ? (Client as never) : null
}

const startsSessions = (Client: unknown) => 'getStartupConf' in (Client as { prototype: object }).prototype
