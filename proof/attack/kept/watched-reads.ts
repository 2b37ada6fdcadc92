import { literal, q, quotedTable } from '../../../src/database/quoted.js'
import { type Answer, curl } from '../../gate/app/http.js'
import type { Evidence } from '../../gate/check.js'
import { operationOf } from '../../gate/operation.js'
import type { Exchange } from '../../gate/traffic/exchange.js'
import { masked, withoutOrder } from '../../gate/traffic/volatile.js'
import { actingAs, type Canaries, leaks, markedColumn, newMark } from '../fixture/canary.js'
import { fixtureKeys } from '../fixture/rows.js'
import type { World } from '../fixture/world.js'
import { unlikeHeaders } from '../oracle/alike.js'
import { naming } from '../oracle/open-rows.js'
import { revealed } from '../oracle/revealed.js'
import { withOwnIds } from '../payloads/swapped-ids.js'
import { inTurn } from '../together/burst.js'
import { movingIn } from '../together/compared.js'
import { getBy, shownIdentities } from './identities.js'
import { followsFromOwnReads, type Remembering } from './own-requests.js'

/** The maximum of watched reads of one route. */
const OF_A_ROUTE = 2

/** A read of the second user, with its answer before any write. */
interface Watched {
  route: string
  path: string
  owner: string
  answer: Answer
  /** places of the body that change each time, and names of headers that do */
  volatile: readonly string[]
  changing: readonly string[]
  /** it shows rows that all users read */
  isOpen: boolean
}

/** The reads of an app, as one user sees them while another one writes. */
export interface WatchedReads {
  count: number
  /** the owner reads each of them, to find what a read leaves in the process */
  byOwner(): Promise<Evidence[]>
  /**
   * Returns what the second user now sees of the owner's write: its mark, or another answer than before.
   *
   * @param cause what the owner did, as `the owner wrote by POST /notes`
   * @param isPublic the mark is in a row that all users read
   * @param address the owner's: users behind one router have the same; default: another for each read
   */
  after(cause: string, mark: string, isPublic: boolean, address?: string): Promise<Evidence[]>
}

/** @param restore restores the rows: an app may count a user's own reads */
export async function watchReads(
  world: Remembering,
  gets: readonly Exchange[],
  restore: () => Promise<unknown>,
): Promise<WatchedReads> {
  const { gate, target, other } = world
  const all = await chooseReads(world, gets, restore)
  const problem: ProblemOf = (one, what, more = {}) => ({
    route: one.route,
    what,
    curl: curl(target.url, 'GET', one.path, { as: other }),
    ...more,
  })
  const changes: ChangesOf = async (one, answer, cause) => {
    if (!isChanged(one, answer)) return []
    // Restoring the rows undoes what the user's own reads have changed, but not what the process keeps.
    await restore()
    const [kept] = await inTurn(target, [getBy(other, one.path)])
    if (!isChanged(one, kept!)) return []
    await restore()
    const [again] = await inTurn(target, [getBy(other, one.path)])
    const moving = movingIn(kept!, again!)
    const changing = unlikeHeaders(kept!, again!)
    const names = changedHeaders(one, answer)
    const isSteady = !moving.length && !changing.length
    const isOwn = isSteady && (await followsFromOwnReads(world, other, one.path))
    const [expected, got] = [beginningOf(one.answer, names), beginningOf(answer, names)]
    one.volatile = [...one.volatile, ...moving, ...(isOwn ? ['$'] : [])]
    one.changing = [...one.changing, ...changing, ...(isOwn ? names : [])]
    one.answer = again!
    if (!isSteady || isOwn) return []
    return [problem(one, `the other is answered differently after ${cause}`, { expected, got })]
  }
  return {
    count: all.length,
    byOwner: () => leftByTheOwner(world, all, problem, changes).finally(restore),
    async after(cause, mark, isPublic, address) {
      const found: Evidence[] = []
      await target.callTimers()
      for (const one of all) {
        if (gate.signal.aborted) break
        const [near] = await inTurn(target, [getBy(other, one.path)], address)
        // The address may have asked as often as it may.
        const [answer] = near!.status === 429 ? await inTurn(target, [getBy(other, one.path)]) : [near]
        const [leak] = isPublic ? [] : leaks(answer!, new Map([[mark, '']]))
        if (leak) {
          found.push(problem(one, `what ${cause} is shown to the other`, { leaked: excerpt(leak) }))
          one.answer = answer!
        } else if (!one.isOpen) found.push(...(await changes(one, answer!, cause)))
      }
      return found
    },
  }
}

type ProblemOf = (one: Watched, what: string, more?: Partial<Evidence>) => Evidence
/** Reports a read whose answer has changed, unless the reader's own requests explain that. */
type ChangesOf = (one: Watched, answer: Answer, cause: string) => Promise<Evidence[]>

/** Reports what the second user sees of the owner's rows after the owner has read them. */
async function leftByTheOwner(
  world: World,
  all: readonly Watched[],
  problem: ProblemOf,
  changes: ChangesOf,
): Promise<Evidence[]> {
  const { gate, target, owner, other } = world
  const stored = await world.secretsOf(owner)
  const ends = await lengthen(world, stored.canaries)
  const secrets = { ...stored, canaries: new Map([...stored.canaries, ...ends]) }
  const found: Evidence[] = []
  const readAll = () => Promise.all(all.map((one) => inTurn(target, [getBy(owner, one.owner)])))
  // The second time before each read: one of the second user's may replace what the owner's has left.
  for (const isEach of [false, true]) {
    await readAll()
    await target.callTimers()
    for (const one of all) {
      if (gate.signal.aborted) break
      if (isEach) await readAll()
      const [answer] = await inTurn(target, [getBy(other, one.path)])
      const shown = revealed(answer!, secrets).slice(0, 1)
      found.push(...shown.map(({ what, ...more }) => problem(one, `after the owner has read: ${what}`, more)))
      // The owner's texts are longer now, also those that all may read.
      const still = one.isOpen ? { ...one, volatile: ['$'] } : one
      if (!shown.length) found.push(...(await changes(still, answer!, 'the owner has read')))
    }
  }
  for (const { read, of, to, shown } of await shownIdentities(world, all))
    found.push(
      problem(read, `the ${of.name} is named in the answer to the ${to.name}, and not in another process`, {
        leaked: shown,
      }),
    )
  return found
}

/**
 * Makes the owner's marked texts longer than the second user's: of a buffer that is used again the end of the longer one is left.
 *
 * @returns the marks at their ends
 */
async function lengthen({ gate, tables, owner }: World, canaries: Canaries): Promise<Canaries> {
  const ends: Canaries = new Map()
  for (const [mark, place] of canaries) {
    const at = markedColumn(place)
    const table = tables.find(({ name }) => name === at.table)
    if (!table) continue
    const column = q(at.column)
    const end = newMark()
    ends.set(end, place)
    await gate.database
      .sql(
        `${actingAs(owner.id)}; update ${quotedTable(table.name)} set ${column} = ${column} || ' ' || ${literal(end)}
         where ${q(table.owner)}::text = ${literal(owner.id)} and position(${literal(mark)} in ${column}) > 0`,
      )
      // The column takes no longer text.
      .catch(() => ends.delete(end))
  }
  return ends
}

/** Returns a few reads of each route, each with the volatile parts of its answer. */
async function chooseReads(
  world: World,
  gets: readonly Exchange[],
  restore: () => Promise<unknown>,
): Promise<Watched[]> {
  const { gate, target, tables, owner, other, cloned, shared, mapping } = world
  const known = new Set((await fixtureKeys(gate.database, tables, owner.id)).keys())
  const readable = tables.filter((table) => table.readable)
  const all: Watched[] = []
  const counts = new Map<string, number>()
  for (const get of gets) {
    const route = get.route ?? `GET ${get.path.split('?')[0]}`
    const operation = operationOf(get) ?? route
    const count = counts.get(operation) ?? 0
    if (count >= OF_A_ROUTE || gate.signal.aborted) continue
    const path = (cloned && withOwnIds(get, shared.own(known), mapping)?.request.path) || get.path
    const sent = getBy(other, path)
    await restore()
    await target.statements()
    const [first] = await inTurn(target, [sent])
    const isOpen = readable.length > 0 && naming(await target.statements(), readable).length > 0
    if (first!.status === 429) continue
    await restore()
    const [second] = await inTurn(target, [sent])
    counts.set(operation, count + 1)
    const [volatile, changing] = [movingIn(first!, second!), unlikeHeaders(first!, second!)]
    all.push({ route, path, owner: get.path, answer: second!, volatile, changing, isOpen })
  }
  return all
}

const beginningOf = ({ status, headers, body }: Answer, names: readonly string[]) =>
  [status, ...names.map((name) => `${name}: ${headers[name] ?? '(none)'}`), body.slice(0, 200)].join(' ')

const changedHeaders = ({ answer: was, changing }: Watched, answer: Answer) =>
  unlikeHeaders(was, answer).filter((name) => !changing.includes(name))

function isChanged(one: Watched, answer: Answer): boolean {
  const { answer: was, volatile } = one
  if (answer.status === 429) return false
  if (answer.status === was.status && changedHeaders(one, answer).length > 0) return true
  if (volatile.includes('$')) return false
  if (answer.status !== was.status) return true
  const [before, now] = [masked(was.body, volatile), masked(answer.body, volatile)]
  return before !== now && withoutOrder(before) !== withoutOrder(now)
}

/** The text around a mark. */
export function excerpt({ mark, text }: { mark: string; text: string }): string {
  const at = text.indexOf(mark)
  return text.slice(Math.max(0, at - 60), at + mark.length)
}
