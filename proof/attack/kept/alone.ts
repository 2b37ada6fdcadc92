import type { Answer } from '../../gate/app/http.js'
import type { Target, Visitor } from '../../gate/gate.js'
import type { Exchange } from '../../gate/traffic/exchange.js'
import { withoutOrder } from '../../gate/traffic/volatile.js'
import { keepLoggedIn } from '../fixture/keep-logged-in.js'
import type { World } from '../fixture/world.js'
import { lastingHeaders, type Unlike, unlike } from '../oracle/alike.js'
import type { Way } from './ways.js'

/** Another process of the app, which has served no one. */
export async function inFreshProcess({ gate, app, owner, other }: World, instance: string): Promise<Target> {
  const { database, config } = gate
  return keepLoggedIn({ target: await gate.app({ ...app, instance }), database, config }, [owner, other])
}

/** Whether another process knows the owner, unlike one whose sessions are in memory. */
export async function knowsOwner(
  { target, owner }: World,
  fresh: Target,
  gets: readonly Exchange[],
): Promise<boolean> {
  for (const { path } of gets) {
    const [here, there] = [
      await target.ask('GET', path, { as: owner }),
      await fresh.ask('GET', path, { as: owner }),
    ]
    if (here.status < 300) return there.status < 300
  }
  return true
}

/** What the second user was answered: by the same ways in the same order, in whichever process. */
export interface Told {
  way: Way
  as: Visitor
  answer: Answer | null
}

/**
 * Compares what the second user was told with the answers of a process in which the owner has done nothing. What such a process
 * answers otherwise the second time is the second user's own doing, or new each time.
 *
 * @param askAgain asks that process in the same ways
 * @returns what differs
 */
export async function unlikeAlone(
  told: readonly Told[],
  askAgain: () => Promise<Told[]>,
): Promise<(Told & { answer: Answer; differs: Unlike })[]> {
  const first = await askAgain()
  const suspected = told.flatMap((one, at) => (same(one, first[at]) ? [] : [at]))
  if (suspected.length === 0) return []
  const second = await askAgain()
  const found: (Told & { answer: Answer; differs: Unlike })[] = []
  for (const at of suspected) {
    const [{ way, as, answer }, one, again] = [told[at]!, first[at]?.answer, second[at]?.answer]
    if (!answer || !one || !again || [answer, one, again].some(({ status }) => status === 429)) continue
    const differs = await otherwise(answer, one, again)
    if (differs) found.push({ way, as, answer, differs })
  }
  return found
}

const same = ({ answer }: Told, other: Told | undefined) =>
  answer?.status === other?.answer?.status &&
  plain(answer) === plain(other?.answer) &&
  JSON.stringify(lastingHeaders(answer?.headers ?? {})) ===
    JSON.stringify(lastingHeaders(other?.answer?.headers ?? {}))

const plain = (answer: Answer | null | undefined) => withoutOrder(withoutMarks(answer?.body ?? ''))
const withoutMarks = (text: string) => text.replace(/cnry[a-z]+/g, 'cnry')

function otherwise(answer: Answer, one: Answer, again: Answer): Promise<Unlike | null> {
  const [told, first, second] = [answer, one, again].map((each) => ({ ...each, body: plain(each) })) as [
    Answer,
    Answer,
    Answer,
  ]
  return unlike(told, first, new Map(), async () => second)
}
