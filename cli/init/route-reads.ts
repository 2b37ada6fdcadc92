import type { GateDatabase, Route } from '../../proof/gate/gate.js'
import type { FollowedRoute } from '../../reading/flow/flow.js'
import { APP_SCHEMAS, notOfExtension } from '../../src/database/catalog/ask.js'
import { segmentsOf } from '../../src/express/path.js'
import { meaningOf, nameOf } from '../../src/sql/meaning.js'

/**
 * Says what a route reads that an anonymous client must not reach by a guess: a table of the app, or a value of the
 * request, by which it may answer another client otherwise. Null: neither.
 */
export type RouteReads = (route: Route) => Promise<string | null>

/** Reads it in the sources; a route that could not be followed to its end counts as one that reads. */
export function readsInSource(routes: () => Promise<FollowedRoute[]>, tables: readonly string[]): RouteReads {
  const names = new Set(tables.map(lastName))
  return async (route) => {
    const found = (await routes()).filter((one) => isSame(one, route))
    if (found.length === 0) return 'its handler was not found in the source'
    for (const { queries, reads, open } of found) {
      for (const { tables: asked, at } of queries)
        for (const table of asked) if (names.has(lastName(table))) return `it reads ${table} (${at})`
      // A path without parameters has no values there.
      const value = reads.find((part) => part !== 'params' || /[:*]/.test(route.path))
      if (value) return `it reads ${value} of the request (${route.at})`
      if (open[0]) return `not all that it does is known: ${open[0].at} ${open[0].why}`
    }
    return null
  }
}

const isSame = (one: FollowedRoute, { method, path, at }: Route) =>
  (one.method === method || one.method === 'ALL') &&
  (one.at === at || segmentsOf(one.path).join('/') === segmentsOf(path).join('/'))

/** The first of the tables, and of what reads them, that a statement names; undefined: none. */
export function tableAsked(
  statements: readonly { text: string }[] | null,
  tables: readonly string[],
): string | undefined {
  const words = new Set(
    (statements ?? []).flatMap(({ text }) => meaningOf(text).map((token) => nameOf(token)?.toLowerCase())),
  )
  return tables.find((table) => words.has(lastName(table)))
}

/** Returns the names by which a statement may read tables without naming them: views, and functions of the app's schemas. */
export async function readersOf({ sql }: Pick<GateDatabase, 'sql'>): Promise<string[]> {
  const rows = await sql<{ name: string }>(
    `select c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where c.relkind in ('v', 'm') and ${APP_SCHEMAS} and ${notOfExtension('pg_class', 'c.oid')}
    union select p.proname from pg_proc p join pg_namespace n on n.oid = p.pronamespace
      where ${APP_SCHEMAS} and ${notOfExtension('pg_proc', 'p.oid')}`,
  )
  return rows.map(({ name }) => name)
}

const lastName = (table: string) => table.slice(table.lastIndexOf('.') + 1).toLowerCase()
