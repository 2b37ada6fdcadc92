import { q, quotedTable } from '../../../../src/database/quoted.js'
import type { AttackedTable } from '../../../attack/fixture/rows.js'
import type { Evidence } from '../../../gate/check.js'
import type { Gate, GateDatabase } from '../../../gate/gate.js'
import { openDatabase } from '../../../gate/gate-database.js'
import { type Exchange, recordedRoute } from '../../../gate/traffic/exchange.js'
import { swapIds } from '../../../gate/traffic/ids.js'
import { playedAgain } from '../../../gate/traffic/replay.js'
import { recordedStatements } from '../../../statements/recorded.js'

/**
 * Finds recorded requests that the app as it was answers with an error once the rows are gone that requests change and none
 * makes: counters that a migration has put there. A new user has no such rows. A request that names one of them is left out.
 *
 * @param tables those in which a new user has no row
 */
export async function failingWithoutRows(gate: Gate, tables: readonly AttackedTable[]): Promise<Evidence[]> {
  const texts = tables.length > 0 ? (await recordedStatements(gate)).map(({ text }) => text) : []
  const changed = tables.filter(({ name }) => isNamedIn(texts, 'update(?:\\s+only)?', name))
  const unmade = changed.filter(({ name }) => !isNamedIn(texts, '(?:insert|merge)\\s+into', name))
  if (unmade.length === 0) return []
  const clone = await gate.unmigrated()
  const database = openDatabase(clone)
  try {
    const gone = await takenFrom(database, unmade)
    if (gone.tables.length === 0) return []
    const target = await gate.app({
      bare: true,
      dial: 0,
      env: { DATABASE_URL: clone.url },
      reaches: [clone.url],
    })
    const problems: Evidence[] = []
    const namesNone = (exchange: Exchange) => ![...valuesIn(exchange)].some((value) => gone.keys.has(value))
    for await (const { exchange, status } of playedAgain(target, await gate.recording(), {
      config: gate.config,
    })) {
      const route = recordedRoute(exchange)
      const isNew = status >= 500 && exchange.response.status < 500 && namesNone(exchange)
      if (isNew && !problems.some((one) => one.route === route))
        problems.push({
          what: `a user without rows in ${gone.tables.join(', ')} is answered an error, and no request makes these rows`,
          route,
          table: gone.tables[0],
          expected: String(exchange.response.status),
          got: String(status),
        })
    }
    await target.stop()
    return problems
  } finally {
    await database.close()
  }
}

const isNamedIn = (texts: readonly string[], verb: string, table: string): boolean => {
  const name = table.slice(table.lastIndexOf('.') + 1).replace(/[^\w]/g, '\\$&')
  const pattern = new RegExp(`\\b${verb}\\s+(?:"?\\w+"?\\.)?"?${name}"?(?!\\w)`, 'i')
  return texts.some((text) => pattern.test(text))
}

/** Empties the tables that have rows and that no other table refers to. Returns these, and the keys of the rows. */
async function takenFrom(database: Pick<GateDatabase, 'sql'>, tables: readonly AttackedTable[]) {
  const gone = { tables: [] as string[], keys: new Set<string>() }
  for (const { name, key } of tables) {
    const [parent] = await database.sql(
      'select 1 from pg_constraint where confrelid = to_regclass($1) and conrelid <> confrelid',
      [quotedTable(name)],
    )
    const rows = await database.sql<{ key: string }>(
      `select ${q(key)}::text as key from ${quotedTable(name)}`,
    )
    if (parent || rows.length === 0) continue
    await database.sql(`set local session_replication_role = replica; delete from ${quotedTable(name)}`)
    gone.tables.push(name)
    for (const row of rows) gone.keys.add(row.key)
  }
  return gone
}

/** What the request names, in its path, query and body. */
function valuesIn(exchange: Exchange): Set<string> {
  const found = new Set<string>()
  const note = (value: string) => {
    found.add(value)
    return value
  }
  swapIds(exchange, note, note)
  return found
}
