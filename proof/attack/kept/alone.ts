import type { Answer } from '../../gate/app/http.js'
import type { Target, Visitor } from '../../gate/gate.js'
import type { Exchange } from '../../gate/traffic/exchange.js'
import { withoutOrder } from '../../gate/traffic/volatile.js'
import { keepLoggedIn } from '../fixture/keep-logged-in.js'
import type { World } from '../fixture/world.js'
import { type Unlike, unlike } from '../oracle/alike.js'
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
 * Compares what one process answered the second user with the answers of processes in which the owner has done nothing. What
 * one of them answers otherwise is new each time, or drawn by lot.
 *
 * @param ask asks a process of this name, which has served no one, in the same ways
 * @returns what differs
 */
export async function unlikeAlone(
  told: readonly OtherAnswer[],
  ask: (instance: string) => Promise<OtherAnswer[]>,
): Promise<(OtherAnswer & { answer: Answer; differs: Unlike })[]> {
  const first = await ask('the other alone')
  const suspected: { one: OtherAnswer & { answer: Answer }; at: number; alone: Answer }[] = []
  for (const [at, { answer, ...one }] of told.entries()) {
    const alone = first[at]?.answer
    if (!answer || !alone || isLimited(answer) || isLimited(alone)) continue
    if (await unlike(seen(one.way, answer), seen(one.way, alone), SAME))
      suspected.push({ one: { ...one, answer }, at, alone })
  }
  let left = suspected.map(({ one, ...more }) => ({ ...more, told: one, differs: null as Unlike | null }))
  // Of two throws of a die one in six is alike, of five one in 1,296.
  for (let time = 2; time <= ALIKE && left.length > 0; time++) {
    const others = await ask(`the other alone, ${time}`)
    const compared = left.map(async (one) => {
      const again = others[one.at]?.answer
      if (!again || isLimited(again)) return { ...one, differs: null }
      const by = (answer: Answer) => seen(one.told.way, answer)
      const differs = await unlike(by(one.told.answer), by(one.alone), SAME, async () => by(again))
      return { ...one, differs }
    })
    left = (await Promise.all(compared)).filter(({ differs }) => differs)
  }
  return left.flatMap((one) => (one.differs ? [{ ...one.told, differs: one.differs }] : []))
}

/** How many processes answer a suspected request of the second user alike. */
const ALIKE = 5

/** The same request names the same ids. */
const SAME: ReadonlyMap<string, string> = new Map()

const isLimited = ({ status }: Answer) => status === 429

/** What is compared of an answer: the body of a write may be drawn by lot, and a mark in it is found by itself. */
const seen = ({ method }: Way, answer: Answer): Answer =>
  /^(?:GET|HEAD|OPTIONS)$/.test(method) ? plain(answer) : { ...plain(answer), body: '…', json: undefined }

/** Without the marks of this process, and without the order of lists. */
function plain<One extends Pick<Answer, 'headers' | 'body'>>(answer: One): One {
  const headers = JSON.parse(withoutMarks(JSON.stringify(answer.headers))) as Answer['headers']
  return { ...answer, headers, body: withoutOrder(withoutMarks(answer.body)) }
}

const withoutMarks = (text: string) => text.replace(/cnry[a-z]+/g, 'cnry')
