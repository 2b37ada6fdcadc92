import type { FollowedRoute } from '../../../reading/flow/flow.js'
import { allValues, type Condition } from '../../../reading/flow/values.js'
import type { Table } from '../../../src/database/catalog.js'
import { configuredName } from './columns.js'

/** The columns of a table's primary key that requests choose, and where: `PUT /notes/:id, server.js:12`. */
export interface RequestKey {
  columns: ReadonlySet<string>
  at: string
}

/** Finds the tables into which a route inserts rows under a key that comes from the request, by the configured name. */
export function requestKeys(
  tables: readonly Table[],
  routes: readonly FollowedRoute[],
): Map<string, RequestKey> {
  const found = new Map<string, RequestKey>()
  for (const table of tables) {
    const refers = new Set(table.foreignKeys.flatMap(({ columns }) => columns))
    const key = table.primaryKey.filter((column) => !refers.has(column))
    const columns = new Set<string>()
    const at = new Set<string>()
    for (const { method, path, queries } of routes)
      for (const query of queries) {
        if (![...query.tables].some((one) => plain(one) === plain(table.name))) continue
        for (const given of query.given.filter(isFromRequest)) {
          const column = key.find((one) => plain(one) === plain(given.column))
          if (!column) continue
          columns.add(column)
          at.add(`${method} ${path}, ${query.at}`)
        }
      }
    if (columns.size) found.set(configuredName(table), { columns, at: [...at].join('; ') })
  }
  return found
}

const isFromRequest = ({ value }: Condition) =>
  (value ? allValues(value) : []).some(
    (one) => one.kind === 'part' && /^(?:params|query|body|headers)\b/.test(one.part),
  )

/** `noteId` of a model is `note_id` of its table. */
const plain = (name: string) => name.replace(/[^a-z0-9]/gi, '').toLowerCase()
