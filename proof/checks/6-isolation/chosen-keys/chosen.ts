import { literal, q, quotedTable } from '../../../../src/database/quoted.js'
import { type AttackedTable, ownedTables } from '../../../attack/fixture/rows.js'
import { isDone, NoAnswer } from '../../../gate/app/http.js'
import type { Gate, GateDatabase, Target, Visitor } from '../../../gate/gate.js'
import { openDatabase } from '../../../gate/gate-database.js'
import { jsonIn } from '../../../gate/json.js'
import { nextAddress } from '../../../gate/people/addresses.js'
import { ownerByApp } from '../../../gate/people/own-login.js'
import { anonymous, credentials, type Meeting } from '../../../gate/people/people.js'
import { EPOCH } from '../../../gate/templates.js'
import type { Exchange } from '../../../gate/traffic/exchange.js'
import { clockOf } from '../../../gate/traffic/har.js'
import { swapIds } from '../../../gate/traffic/ids.js'
import { send } from '../../../gate/traffic/send.js'

/** The values of one request that are tried as keys at most. */
const VALUES = 12
/** A longer value is a text. */
const LONGEST = 100

/** A write under a key that its request chooses, with what the app as it was does with it. */
export interface ChosenKey {
  /** the request, with a key that no row has */
  write: Exchange
  /** the recorded writes before it: it may name a row that one of them makes */
  earlier: readonly Exchange[]
  key: string
  table: AttackedTable
  /** the addresses under which the app as it was then shows the row */
  reads: Exchange[]
  /** whether the app as it was made no other row when the request came again */
  repeats: boolean
}

/**
 * Finds the recorded writes whose requests choose the key of a row: in the app as it was, on a copy of its database,
 * a row has the key after the request. Each value of a request is tried.
 *
 * @param day the recording, with the keys of this database
 */
export async function chosenInBareApp(gate: Gate, day: readonly Exchange[]): Promise<ChosenKey[]> {
  // The app as it was need not have the owner column.
  const tables = (await ownedTables(gate.database, gate.config)).filter(
    ({ keys, owner }) => keys.length > 0 && !keys.includes(owner),
  )
  const clone = await gate.unmigrated()
  const database = openDatabase(clone)
  const start = (instance: string) =>
    gate.app({ dial: 0, env: { DATABASE_URL: clone.url }, reaches: [clone.url], instance })
  let target = await start('as it was')
  const found: ChosenKey[] = []
  let tried = 0
  try {
    const as = await callerOf({ target, database, config: gate.config })
    for (const [at, exchange] of writesOf(day).entries())
      for (const value of valuesIn(exchange).slice(0, VALUES)) {
        if (gate.signal.aborted) return found
        const app = { database, target, as, tables, day, clock: clockOf(EPOCH, at) }
        const one = await triedKey(app, exchange, { value, key: freshKey(value, ++tried) }).catch(ended)
        if (one === 'ended') {
          // The app as it was may end where no row has the key, which no request chooses then.
          await target.stop()
          target = await start(`as it was, after ${tried} keys`)
        } else if (one) found.push(one)
      }
    return found
  } finally {
    await target.stop()
    await database.close()
  }
}

function ended(error: Error): 'ended' {
  if (error instanceof NoAnswer || error.cause instanceof NoAnswer) return 'ended'
  throw error
}

/** Every caller is the owner of the app as it was, but where it has a login of its own. */
async function callerOf(meeting: Meeting): Promise<Visitor> {
  const { config } = meeting
  if (config.auth.by !== 'app' || config.auth.proxy) return anonymous()
  return ownerByApp(meeting, { address: nextAddress(), account: credentials(config, 'helper') })
}

interface BareApp {
  database: Pick<GateDatabase, 'sql'>
  target: Target
  as: Visitor
  tables: readonly AttackedTable[]
  day: readonly Exchange[]
  clock: number
}

async function triedKey(
  { database, target, as, tables, day, clock }: BareApp,
  exchange: Exchange,
  { value, key }: { value: string; key: string },
): Promise<ChosenKey | null> {
  const ask = async (sent: Exchange) =>
    (await send(target, sent, clock, { ...as, address: nextAddress() })).answer
  const write = withKey(exchange, value, key)
  const counts = new Map<AttackedTable, number>()
  for (const table of tables) counts.set(table, await rowsIn(database, table))
  if (!isDone(await ask(write))) return null
  const withRow: AttackedTable[] = []
  for (const table of tables) if ((await rowsUnder(database, table, key)) > 0) withRow.push(table)
  const [table] = withRow
  // Without a new row the request has given a row that is there another key.
  if (!table || (await rowsIn(database, table)) === counts.get(table)) return null
  const before = await rowsIn(database, table)
  const again = await ask(write)
  const repeats = isDone(again) && (await rowsIn(database, table)) === before
  const reads: Exchange[] = []
  for (const read of readsOf(day, exchange, value, key)) if (isDone(await ask(read))) reads.push(read)
  const earlier = day.slice(0, day.indexOf(exchange)).filter(({ method }) => !/^(?:GET|HEAD)$/.test(method))
  return { write, earlier, key, table, reads, repeats }
}

/** Each write that succeeded, one of each route and set of members: a key may be given or left out. */
function writesOf(day: readonly Exchange[]): Exchange[] {
  const seen = new Set<string>()
  return day.filter(({ method, route, request, response }) => {
    const like = `${route} ${membersOf(request)}`
    if (!/^(?:POST|PUT|PATCH)$/.test(method) || route === null || !isDone(response) || seen.has(like))
      return false
    seen.add(like)
    return true
  })
}

/** The names of what a body holds, in their order. */
function membersOf({ contentType, body }: Exchange['request']): string {
  if (/urlencoded/.test(contentType ?? '')) return [...new URLSearchParams(body ?? '').keys()].join(' ')
  const value = jsonIn(body ?? '')
  return typeof value === 'object' && value !== null ? Object.keys(value).join(' ') : ''
}

/** The values that may be a key: parameters of the path first, then members of query and body. */
function valuesIn(exchange: Exchange): string[] {
  const found = new Set<string>()
  const note = (value: string) => {
    if (value !== '' && value.length <= LONGEST) found.add(value)
    return value
  }
  swapIds(exchange, note, note)
  return [...found]
}

/** The request with another key in each place of this one. */
function withKey(exchange: Exchange, value: string, key: string): Exchange {
  const swap = (one: string) => (one === value ? key : one)
  return swapIds(exchange, swap, swap)
}

const UUID = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/i

/** A key of the same kind that no row has. */
export function freshKey(value: string, n: number): string {
  if (/^\d+$/.test(value)) return String(870_000 + n)
  if (UUID.test(value))
    return value.replace(UUID, `5e7d0000-0000-4000-8000-${n.toString(16).padStart(12, '0')}`)
  const day = /^\d{4}(-\d{2}-)\d{2}(?=$|T)/.exec(value)
  if (day) return value.replace(day[0], `${2100 + n}${day[1]}01`)
  return `k${n}${value}`
}

/** The recorded reads that name the key, and the address of the write itself. */
function readsOf(day: readonly Exchange[], write: Exchange, value: string, key: string): Exchange[] {
  const reads = new Map<string, Exchange>()
  for (const exchange of [...day.filter(({ method }) => method === 'GET'), asRead(write)]) {
    const read = withKey(exchange, valueBelow(write, exchange, value), key)
    if (read.path !== exchange.path) reads.set(read.path, read)
  }
  return [...reads.values()].slice(0, VALUES)
}

/** What a read has in the place in which the path of a write has its key, as where it is of another row: `/notes/:id/preview`. */
function valueBelow({ route, path }: Exchange, read: Exchange, value: string): string {
  const declared = (one: string | null) => one?.slice(one.indexOf(' ') + 1).split('/') ?? []
  const at = path.split('?')[0]!.split('/').indexOf(encodeURIComponent(value))
  const same = (part: string, place: number) => place > at || part === declared(read.route)[place]
  return at > 0 && declared(route).every(same) ? (read.path.split('?')[0]!.split('/')[at] ?? value) : value
}

const asRead = (write: Exchange): Exchange => ({
  ...write,
  method: 'GET',
  route: write.route?.replace(/^\w+/, 'GET') ?? null,
  request: { contentType: null, body: null },
})

/**
 * The number of rows with a value in their key.
 *
 * @param of the user; default: all rows
 */
export async function rowsUnder(
  { sql }: Pick<GateDatabase, 'sql'>,
  { name, keys, owner }: AttackedTable,
  key: string,
  of?: string | number,
): Promise<number> {
  const places = keys.map((column) => `${q(column)}::text = ${literal(key)}`).join(' or ')
  const own = of === undefined ? '' : ` and ${q(owner)}::text = ${literal(String(of))}`
  const [row] = await sql<{ n: number }>(
    `select count(*)::int as n from ${quotedTable(name)} where (${places})${own}`,
  )
  return row!.n
}

/** The number of rows of a table, or of those that a user has in it. */
export async function rowsIn(
  { sql }: Pick<GateDatabase, 'sql'>,
  { name, owner }: AttackedTable,
  of?: string | number,
): Promise<number> {
  const own = of === undefined ? '' : ` where ${q(owner)}::text = ${literal(String(of))}`
  const [row] = await sql<{ n: number }>(`select count(*)::int as n from ${quotedTable(name)}${own}`)
  return row!.n
}
