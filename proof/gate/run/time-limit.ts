import { availableParallelism, loadavg } from 'node:os'

/** A second of a busy machine counts at least so much of a second. */
const LEAST = 1 / 4
const TICK_MS = 1_000

/**
 * How much a second counts towards a limit: where more processes want to run than there are processors, each of them gets
 * that much less done in it. Windows knows no load, and there it counts whole.
 *
 * @param load processes that want to run, on average over the last minute
 */
export const weightOf = (load: number, processors: number): number =>
  Math.min(1, Math.max(LEAST, processors / load))

/**
 * A limit in seconds of a machine that is free; on a busy one it comes later, at most four times as late.
 *
 * @param ms how long it is on a free machine
 * @param reached called once with why, in words
 * @returns ends it
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
