import { availableParallelism, loadavg } from 'node:os'

/** The least weight of a second on a busy machine. */
const LEAST = 1 / 4
const TICK_MS = 1_000

/**
 * Returns how much a second counts towards a limit. If more processes want to run than there are processors,
 * each gets that much less done in it. Windows has no load average, so there a second counts fully.
 *
 * @param load the number of processes that want to run, on average over the last minute
 */
export const weightOf = (load: number, processors: number): number =>
  Math.min(1, Math.max(LEAST, processors / load))

/**
 * Starts a time limit in seconds of an idle machine. On a busy one it is reached later, at most four times as
 * late.
 *
 * @param ms its length on an idle machine
 * @param reached called once, with the reason in words
 * @returns a function that cancels the limit
 */
export function timeLimit(
  ms: number,
  reached: (why: string) => void,
  weight = () => weightOf(loadavg()[0]!, availableParallelism()),
): () => void {
  const tick = Math.min(TICK_MS, ms / 4)
  let counted = 0
  let waited = 0
  const timer = setInterval(() => {
    waited += tick
    counted += tick * weight()
    if (counted < ms) return
    clearInterval(timer)
    const busy = waited > ms * 1.1 ? `, which were ${Math.round(waited / 1000)} s on this busy machine` : ''
    reached(`not finished within ${ms / 1000} s${busy}`)
  }, tick)
  return () => clearInterval(timer)
}
