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
export interface OtherAnswer {
  way: Way
  as: Visitor
  answer: Answer | null
}

/**
 * Compares what one process answered the second user with the answers of processes in which the owner has done nothing. What two of them
 * answer otherwise is new each time.
 *
 * @param ask asks a process of this name, which has served no one, in the same ways
 * @returns what differs
 */
export async function unlikeAlone(
  told: readonly OtherAnswer[],
  ask: (instance: string) => Promise<OtherAnswer[]>,
): Promise<(OtherAnswer & { answer: Answer; differs: Unlike })[]> {
  const first = await ask('the other alone')
  const suspected = told.flatMap((one, at) => (same(one, first[at]) ? [] : [at]))
  if (suspected.length === 0) return []
  const second = await ask('the other alone, again')
  const found: (OtherAnswer & { answer: Answer; differs: Unlike })[] = []
  for (const at of suspected) {
    const [{ way, as, answer }, one, again] = [told[at]!, first[at]?.answer, second[at]?.answer]
    if (!answer || !one || !again || [answer, one, again].some(({ status }) => status === 429)) continue
    const differs = await otherwise(answer, one, again)
    if (differs) found.push({ way, as, answer, differs })
  }
  return found
}

const same = ({ answer }: OtherAnswer, { answer: other }: Partial<OtherAnswer> = {}) =>
  answer?.status === other?.status && spoken(answer) === spoken(other)

const spoken = (answer: Answer | null | undefined) => {
  const { headers, body } = plain(answer ?? { headers: {}, body: '' })
  return JSON.stringify([lastingHeaders(headers), body])
}

/** Without the marks of this process, and without the order of lists. */
function plain<One extends Pick<Answer, 'headers' | 'body'>>(answer: One): One {
  const headers = JSON.parse(withoutMarks(JSON.stringify(answer.headers))) as Answer['headers']
  return { ...answer, headers, body: withoutOrder(withoutMarks(answer.body)) }
}

const withoutMarks = (text: string) => text.replace(/cnry[a-z]+/g, 'cnry')

const otherwise = (answer: Answer, one: Answer, again: Answer): Promise<Unlike | null> =>
  unlike(plain(answer), plain(one), new Map(), async () => plain(again))
