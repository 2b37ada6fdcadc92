import { setTimeout as sleep } from 'node:timers/promises'
import { literal, q, quotedTable } from '../../../src/database/quoted.js'
import { type Answer, curl } from '../../gate/app/http.js'
import { TargetError } from '../../gate/app/target.js'
import type { Evidence } from '../../gate/check.js'
import type { Held, Member } from '../../gate/gate.js'
import { nextAddress } from '../../gate/people/addresses.js'
import type { Exchange } from '../../gate/traffic/exchange.js'
import { type AttackedTable, changed, fingerprints } from '../fixture/rows.js'
import type { World } from '../fixture/world.js'
import { revealed } from '../oracle/revealed.js'
import { standsAt } from './blocked.js'

/** The maximum of transactions that are terminated. */
const KILLS = 12

export interface Terminated {
  /** the writes whose backend was terminated, each with the table at which it waited */
  kills: string[]
  problems: Evidence[]
  /** the app ended with a backend: it answers nothing more */
  hasEnded: boolean
}

const ENDED = 'the app ended when a backend was ended in the middle of a transaction'

/**
 * Terminates the backend of an owner's write in the middle of its transaction. The rows of each table in turn
 * are locked, so that the write has done its earlier statements and waits. Meanwhile and right afterwards
 * both users must get the same answers as before. A write that was not answered 2xx must leave nothing
 * behind.
 *
 * @param reads paths that both users get the same answers for each time
 */
export async function terminateBackends(
  world: World,
  day: readonly Exchange[],
  reads: readonly string[],
): Promise<Terminated> {
  const { gate, tables } = world
  const found: Terminated = { kills: [], problems: [], hasEnded: false }
  const seen = new Set<string>()
  for (const exchange of day) {
    if (exchange.method === 'GET' || seen.has(exchange.route!)) continue
    seen.add(exchange.route!)
    for (const table of tables) {
      const over = gate.signal.aborted || (gate.proving && found.problems.length > 0)
      if (found.kills.length >= KILLS || over) return found
      const held = await holdWritesTo(world, table)
      const told = await underHeld(world, exchange, reads, held).finally(() => held.letGo())
      // The write succeeded: at the next table it would find other rows.
      if (!told) break
      found.kills.push(`${exchange.route} at ${table.name}`)
      found.problems.push(
        ...told.map((problem) => ({ route: exchange.route!, table: table.name, ...problem })),
      )
      found.hasEnded = told.some(({ what }) => what.startsWith(ENDED))
      if (found.hasEnded) return found
    }
  }
  return found
}

/** Blocks changes of the owner's rows in the table, but not of rows that only refer to them. */
function holdWritesTo({ gate, owner }: World, { name, owner: column }: AttackedTable): Promise<Held> {
  return gate.database.hold(
    `set local lock_timeout = '10s'; select 1 from ${quotedTable(name)} where ${q(column)}::text = ${literal(owner.id)} for no key update`,
  )
}

/**
 * Returns whether the last statement about a transaction began one; true if statements cannot be observed.
 */
function isOpen(statements: Awaited<ReturnType<World['target']['statements']>>): boolean {
  const words = statements?.map(
    ({ text }) => /^\s*(begin|start|commit|rollback(?! to)|end)\b/i.exec(text)?.[1],
  )
  return words === undefined || /^(begin|start)$/i.test(words.findLast((word) => word !== undefined) ?? '')
}

/** Null: the write did not wait at the locked rows in a transaction, and nothing was terminated. */
async function underHeld(
  world: World,
  { method, path, request }: Exchange,
  reads: readonly string[],
  held: Held,
): Promise<Evidence[] | null> {
  const { gate, target, tables, owner, other } = world
  const before = await both(world, reads)
  const prints = async (person: Member) => fingerprints(gate.database, tables, person.id)
  const [mine, theirs] = [await prints(owner), await prints(other)]
  const headers: Record<string, string> = request.contentType ? { 'content-type': request.contentType } : {}
  const body = request.body ?? undefined
  await target.statements()
  const write = target
    .ask(method, path, { as: { ...owner, address: nextAddress() }, headers, body, timeout: 30_000 })
    .catch((error: Error) => error)
  if (!(await standsAt(gate, held, write)) || !isOpen(await target.statements())) {
    await held.letGo()
    await write
    return null
  }
  const problems: Evidence[] = []
  const again = async (when: string, people: Member[]) =>
    problems.push(...(await answeredAs(world, reads, before, people)).map(named(when)))
  await again('while a transaction of another user is open', [other])
  await gate.database.sql(
    `select pg_terminate_backend(pid) from pg_stat_activity
     where datname = current_database() and $1 = any (pg_blocking_pids(pid))`,
    [held.pid],
  )
  await again('right after a backend was ended in the middle of a transaction', [other])
  await sleep(20)
  await held.letGo()
  const answer = await write
  const isDone = !(answer instanceof Error) && answer.status < 300
  const as = curl(target.url, method, path, { as: owner, headers, body })
  if (answer instanceof TargetError) return [withoutListener(answer, as)]
  if (!isDone) {
    for (const table of changed(mine, await prints(owner)))
      problems.push({ what: `half of a write whose backend was ended is left in ${table}`, table, curl: as })
    await again('after a backend was ended in the middle of a transaction', [owner, other])
  }
  for (const table of changed(theirs, await prints(other)))
    problems.push({
      what: `a write of the owner whose backend was ended changed ${table} of another user`,
      table,
      curl: as,
    })
  return problems
}

/** The one problem of an app that has ended: that it answers no one says nothing more. */
function withoutListener({ message, output }: TargetError, as: string): Evidence {
  const why = /Emitted 'error' event on \w*Client\b/.test(output)
    ? ": a client that the app has checked out of its pool emits 'error' then, and has no listener for it. Add one for each client: pool.on('connect', (client) => client.on('error', (error) => console.error(error.message)))"
    : ''
  return { what: `${ENDED}${why}`, got: message, curl: as }
}

const named = (when: string) => (problem: Evidence) => ({ ...problem, what: `${when}: ${problem.what}` })
const keyOf = (person: Member, path: string) => `${person.name} ${path}`

function ask({ target }: World, person: Member, path: string): Promise<Answer> {
  return target.ask('GET', path, { as: { ...person, address: nextAddress() } })
}

/** A pool may hand out the dead connection before it notices: that is an error, not a leak. */
async function settled(get: () => Promise<Answer>): Promise<Answer | Error> {
  for (let attempt = 1; ; attempt++) {
    const answer = await get().catch((error: Error) => error)
    if (attempt === 5 || (!(answer instanceof Error) && answer.status < 500)) return answer
    await sleep(100)
  }
}

async function both(world: World, reads: readonly string[]): Promise<Map<string, string>> {
  const seen = new Map<string, string>()
  for (const path of reads)
    for (const person of [world.owner, world.other])
      seen.set(keyOf(person, path), (await ask(world, person, path)).body)
  return seen
}

async function answeredAs(
  world: World,
  reads: readonly string[],
  before: ReadonlyMap<string, string>,
  people: readonly Member[],
): Promise<Evidence[]> {
  const problems: Evidence[] = []
  for (const person of people)
    for (const path of reads) {
      const answer = await settled(() => ask(world, person, path))
      const curlOf = curl(world.target.url, 'GET', path, { as: person })
      if (answer instanceof Error) {
        problems.push({ what: `the ${person.name} gets no answer`, got: answer.message, curl: curlOf })
        continue
      }
      const foreign = await world.secretsOf(person === world.owner ? world.other : world.owner)
      problems.push(...revealed(answer, foreign).map((problem) => ({ curl: curlOf, ...problem })))
      if (answer.body !== before.get(keyOf(person, path)))
        problems.push({
          what: `the ${person.name} is answered differently than before at GET ${path}`,
          expected: before.get(keyOf(person, path))?.slice(0, 200),
          got: `${answer.status} ${answer.body.slice(0, 200)}`,
          curl: curlOf,
        })
    }
  return problems
}
