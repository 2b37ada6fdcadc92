import type { Gate, Member, Statement } from '../../gate/gate.js'
import type { Exchange } from '../../gate/traffic/exchange.js'
import { swapIds } from '../../gate/traffic/ids.js'
import type { AttackedTable } from '../fixture/rows.js'
import { naming } from './open-rows.js'
import { reading } from './readings.js'

type Tables = readonly Pick<AttackedTable, 'name'>[]

/** Returns the reads for which no statement names one of these tables. */
export async function silentOn(
  gate: Gate,
  gets: readonly Exchange[],
  person: Member,
  tables: Tables,
): Promise<Exchange[]> {
  if (!tables.length) return [...gets]
  const kept: Exchange[] = []
  for (const get of gets) if (!naming(await said(gate, get, person), tables).length) kept.push(get)
  return kept
}

/**
 * Returns whether each of these reads either names none of the tables, or requests one row by a key that no
 * row has.
 */
export async function areByName(
  gate: Gate,
  gets: readonly Exchange[],
  person: Member,
  tables: Tables,
): Promise<boolean> {
  for (const get of gets) {
    const statements = await said(gate, get, person)
    const asked = naming(statements, tables)
    const isOfNone = namesId(get) && asked.every(({ rows }) => rows === 0)
    // The statements of an app that cannot be observed are unknown.
    if (statements === null || (asked.length > 0 && !isOfNone)) return false
  }
  return true
}

async function said(gate: Gate, get: Exchange, person: Member): Promise<Statement[] | null> {
  const target = await gate.app()
  await target.statements()
  await reading(gate, [get], person)
  return target.statements()
}

function namesId(get: Exchange): boolean {
  let named = false
  swapIds(get, (id) => {
    named = true
    return id
  })
  return named
}
