import { setTimeout as sleep } from 'node:timers/promises'
import { isDeepStrictEqual } from 'node:util'
import { decoded } from '../../../../src/core/decoded.js'
import { ownedTables } from '../../../attack/fixture/rows.js'
import { isAccepted } from '../../../gate/accepted.js'
import { isAnsweredByApp } from '../../../gate/app/of-app.js'
import type { Evidence } from '../../../gate/check.js'
import type { Gate, GateDatabase } from '../../../gate/gate.js'
import { openDatabase } from '../../../gate/gate-database.js'
import type { Exchange } from '../../../gate/traffic/exchange.js'
import { bareOn, type ReplayMore, replay } from '../../../gate/traffic/replay.js'
import { compareStored, type StoredByReplay, type StoredDifference } from './compare.js'
import { type StoredTable, storedBy, storedTable } from './stored.js'

/** How long the work behind the last answers may take, where one was a 202. Milliseconds. */
const LATER = 3_000
/** Rows of a table that a report shows at most. */
const MOST_SHOWN = 5

/** What a replay of the app as it was leaves behind. */
interface Alone extends StoredByReplay {
  tables: readonly StoredTable[]
  /** every value in a row before the replay */
  before: ReadonlySet<string>
  cookies: ReadonlySet<string>
}

/** What the owner's replay at this phase has lost of what the app as it was keeps. */
export interface Lost {
  problems: Evidence[]
  notes: string[]
  /** how many cookies the app sets by itself */
  cookies: number
}

/**
 * Watches the owner's replay at this phase: `more` is for the replay, and `lost` compares what it leaves behind with what the
 * same requests leave in the app as it was, on a copy of its database. Requests that a phase answers in another way on purpose
 * are left out there: they may store something else.
 */
export async function watchStored(gate: Gate): Promise<{ more: ReplayMore; lost(): Promise<Lost> }> {
  // Its start, and the making of users, take longer than that of the app as it was.
  await gate.people()
  const began = await clockIn(gate.database)
  const [declared, cookies] = [new Set<number>(), new Set<string>()]
  return {
    more: {
      after({ at, used, cookies: set }) {
        if (used.some(({ what }) => what === 'status')) declared.add(at)
        for (const name of set) cookies.add(name)
      },
    },
    async lost() {
      if (await worksLater(gate)) await sleep(LATER)
      const alone = await storedAlone(gate, declared)
      const now = { began, stored: await storedBy(gate.database, alone.tables, gate.config.owner.id) }
      const isKnown = await knownIn(gate, alone)
      let different = compareStored(alone.tables, alone, now, isKnown)
      const unsteady = new Set<string>()
      if (different.length > 0 && !gate.signal.aborted) {
        const again = await storedAlone(gate, declared)
        for (const { table } of compareStored(alone.tables, alone, again, isKnown)) unsteady.add(table)
        different = different.filter(({ table }) => !unsteady.has(table))
      }
      const gone = [...alone.cookies].filter((name) => !cookies.has(name))
      return {
        problems: [...rowsLost(different), ...cookiesLost(gone)],
        notes: unsteady.size
          ? [
              `rows not compared: ${[...unsteady].join(', ')}: without usertwo the app stores other rows each time`,
            ]
          : [],
        cookies: alone.cookies.size,
      }
    },
  }
}

function rowsLost(different: readonly StoredDifference[]): Evidence[] {
  const seen = new Map<string, number>()
  return different.flatMap(({ table, expected, got }) => {
    const count = (seen.get(table) ?? 0) + 1
    seen.set(table, count)
    if (count > MOST_SHOWN) return []
    return {
      what: `after the recorded requests the owner has other rows in ${table} than without usertwo`,
      part: `rows of ${table}`,
      table,
      expected: expected ?? 'no such row',
      got: got ?? 'no such row',
    }
  })
}

const cookiesLost = (names: readonly string[]): Evidence[] =>
  names.map((name) => ({
    what: `no answer to the owner sets the cookie ${name}, which the app sets without usertwo`,
    part: `cookie ${name}`,
  }))

/** Replays the recording without usertwo, on a copy of the app's database, without the requests at some places. */
async function storedAlone(gate: Gate, without: ReadonlySet<number>): Promise<Alone> {
  const { config } = gate
  const isAnswered = isAnsweredByApp(config, gate.phase)
  // The app as it was needs the requests of its own login, which another login replaces at this phase.
  const isOwnLogin = (one: Exchange) => config.auth.by === 'app' && !isAnswered(one)
  const copy = await gate.unmigrated()
  const database = openDatabase(copy)
  const target = await gate.app(bareOn(copy.url))
  try {
    const owned = await ownedTables(gate.database, config)
    const all = (await Promise.all(owned.map((one) => storedTable(database, one)))).filter(
      // One that the app makes only in a request is not there yet.
      ({ columns }) => columns.length > 0,
    )
    const read = () => storedBy(database, all, config.owner.id)
    const first = await read()
    const before = new Set(first.flatMap(({ rows }) => (rows ?? []).flat()).filter((one) => one !== null))
    const cookies = new Set<string>()
    const ofLogin = new Set<string>()
    let known = config.auth.by === 'app' ? first : null
    const began = await clockIn(database)
    await replay(gate, bareOn(copy.url), {
      without: (one, at) => without.has(at) || (!isAnswered(one) && !isOwnLogin(one)),
      async after({ exchange, cookies: set }) {
        if (!known) {
          for (const name of set) cookies.add(name)
          return
        }
        const now = await read()
        for (const [at, { name }] of all.entries())
          if (isOwnLogin(exchange) && !isDeepStrictEqual(known[at], now[at])) ofLogin.add(name)
        known = now
      },
    })
    if (await worksLater(gate)) await sleep(LATER)
    const tables = all.filter(({ name }) => !ofLogin.has(name))
    return { tables, before, began, cookies, stored: await storedBy(database, tables, config.owner.id) }
  } finally {
    await target.stop()
    await database.close()
  }
}

/** Whether a random key was in a row before, or is in a request. */
async function knownIn(gate: Gate, { before }: Alone): Promise<(text: string) => boolean> {
  const sent = (await gate.recording()).map(({ path, request }) => `${decoded(path)} ${request.body ?? ''}`)
  const all = sent.join('\n').toLowerCase()
  return (text) => before.has(text) || all.includes(text.toLowerCase())
}

const worksLater = async (gate: Gate) => (await gate.recording()).some(({ response }) => isAccepted(response))

async function clockIn({ sql }: Pick<GateDatabase, 'sql'>): Promise<number> {
  const [row] = await sql<{ now: string }>('select extract(epoch from clock_timestamp()) * 1000 as now')
  return Number(row!.now)
}
