import type { Answer } from '../../gate/app/http.js'
import type { Target, Visitor } from '../../gate/gate.js'
import type { Exchange } from '../../gate/traffic/exchange.js'
import { withoutOrder } from '../../gate/traffic/volatile.js'
import { keepLoggedIn } from '../fixture/keep-logged-in.js'
import type { World } from '../fixture/world.js'
import { type Unlike, unlike } from '../oracle/alike.js'
import { isLimited } from '../together/compared.js'
import type { Way } from './ways.js'

/**
 * Starts another process of the app, which has served no one.
 *
 * @param later as in `AppOptions`
 */
export async function inFreshProcess(
  { gate, app, owner, other }: World,
  instance: string,
  later = 0,
): Promise<Target> {
  const { database, config } = gate
  const target = await gate.app({ ...app, instance, later })
  return keepLoggedIn({ target, database, config }, [owner, other])
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
 * @param first what such a process answered before the owner did anything: files that the second user's requests leave outlive it
 * @param ask asks a process that has served no one, in the same ways; each time another one, which draws other random numbers
 * @param again asks another process in which the owner has done the same as in the first: a row that was stored a moment later may
 * have made the difference
 * @returns what differs
 */
export async function unlikeAlone(
  told: readonly OtherAnswer[],
  first: readonly OtherAnswer[],
  ask: (time: number) => Promise<OtherAnswer[]>,
  again: () => Promise<readonly OtherAnswer[]> = async () => told,
): Promise<(OtherAnswer & { answer: Answer; differs: Unlike })[]> {
  let found: (OtherAnswer & { answer: Answer; differs: Unlike; at: number; alone: Answer })[] = []
  for (const [at, { answer, ...one }] of told.entries()) {
    const alone = first[at]?.answer
    if (!answer || !alone || isLimited(answer) || isLimited(alone)) continue
    const differs = await unlikeElsewhere(answer, alone)
    if (differs) found.push({ ...one, answer, differs, at, alone })
  }
  // Of two throws of a die one in six is alike, of five one in 1,296.
  for (let time = 1; time < ALIKE && found.length > 0; time++) {
    const others = await ask(time)
    const kept: typeof found = []
    for (const one of found) {
      const again = others[one.at]?.answer
      if (!again || isLimited(again) || !(await unlikeElsewhere(one.answer, again))) continue
      if (await isBodyNew(one, first, others)) continue
      const differs = await unlikeElsewhere(one.answer, one.alone, again)
      if (differs) kept.push({ ...one, differs })
    }
    found = kept
  }
  const repeated = found.length > 0 ? await again() : []
  const same: typeof found = []
  for (const one of found) {
    const answer = repeated[one.at]?.answer
    if (answer && !isLimited(answer) && (await unlikeElsewhere(answer, one.alone))) same.push(one)
  }
  return same
}

/**
 * Returns how the answers of two processes to the same request differ, or null.
 *
 * @param again another answer to it like the second: where the two differ, an answer is new each time
 */
export function unlikeElsewhere(here: Answer, there: Answer, again?: Answer): Promise<Unlike | null> {
  return unlike(plain(here), plain(there), SAME, again && (async () => plain(again)))
}

/** Whether the body behind a HEAD differs between two processes: its length proves nothing then. */
async function isBodyNew(
  { way }: OtherAnswer,
  first: readonly OtherAnswer[],
  others: readonly OtherAnswer[],
): Promise<boolean> {
  if (way.method !== 'HEAD') return false
  const [here, there] = [first, others].map(
    (all) => all.find((one) => one.way.method === 'GET' && one.way.path === way.path)?.answer,
  )
  return Boolean(here && there && (await unlikeElsewhere(here, there)))
}

/** How many processes answer a suspected request of the second user alike. */
const ALIKE = 5

/** The same request names the same ids. */
const SAME: ReadonlyMap<string, string> = new Map()

/** Without the marks of this process, and without the order of lists. */
function plain<One extends Pick<Answer, 'headers' | 'body'>>(answer: One): One {
  const headers = JSON.parse(withoutMarks(JSON.stringify(answer.headers))) as Answer['headers']
  return { ...answer, headers, body: withoutOrder(withoutMarks(answer.body)) }
}

const withoutMarks = (text: string) => text.replace(/cnry[a-z]+/g, 'cnry')
