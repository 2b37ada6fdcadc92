import type { Check } from '../check.js'
import { type Run, TIMEOUT_MS } from './run-check.js'
import type { Suite } from './suite.js'

/** The default number of concurrent checks. */
export const WORKERS = 2

/** When a piece of work may begin. */
interface Turn {
  /** the lowest first, and of equals the one that came first */
  rank: number
  /** nothing else may run at the same time; default false */
  alone?: boolean
}

/** Lets pieces of work begin, `workers` at a time. */
export interface Turns {
  /** Runs the work when its turn has come. Rejects with the signal's reason if that aborts before. */
  take<Made>(place: Turn, work: () => Promise<Made>): Promise<Made>
}

/** @param given.signal nothing new begins once it has aborted */
export function openTurns({ workers = WORKERS, signal }: { workers?: number; signal: AbortSignal }): Turns {
  const line: (Turn & { begin(): void; giveUp(): void })[] = []
  let running = 0
  let isAlone = false
  const next = () => {
    if (signal.aborted) for (const { giveUp } of line.splice(0)) giveUp()
    while (line.length > 0 && running < workers && !isAlone) {
      const { alone = false, begin } = line[0]!
      if (alone && running > 0) return
      line.shift()
      running++
      isAlone = alone
      begin()
    }
  }
  const ended = () => {
    running--
    isAlone = false
    next()
  }
  return {
    take: (place, work) =>
      new Promise((resolve, reject) => {
        const begin = () => void work().then(resolve, reject).finally(ended)
        const giveUp = () => reject(signal.reason)
        const behind = line.findIndex(({ rank }) => rank > place.rank)
        line.splice(behind < 0 ? line.length : behind, 0, { ...place, begin, giveUp })
        next()
      }),
  }
}

/**
 * Works like `map`, for the checks of a phase: each when its turn has come, those that may take longest first, and those that
 * need the machine alone at the end. Results keep their order.
 */
export async function eachInTurn<Item extends { check: Check }, Made>(
  items: readonly Item[],
  phase: Suite,
  { turns, phases }: Pick<Run, 'turns' | 'phases'>,
  work: (item: Item) => Promise<Made>,
): Promise<Made[]> {
  const rank = phases.indexOf(phase)
  const made: Made[] = []
  const late = ({ alone, timeout = TIMEOUT_MS }: Check) => (alone ? 1 : -timeout)
  const inOrder = [...items.entries()].sort(([, one], [, other]) => late(one.check) - late(other.check))
  await Promise.all(
    inOrder.map(async ([at, item]) => {
      made[at] = await turns.take({ rank, alone: item.check.alone }, () => work(item))
    }),
  )
  return made
}
