interface Waiting {
  begin(): void
  refuse(error: Error): void
}

/**
 * Where nothing ends for so long those who wait would only meet the same: sooner than a query that gets no answer fails, or
 * the next would begin then. ms
 */
const STUCK_MS = 4_000

/**
 * Runs so many pieces of work at once; others wait in the order they came, as long as any of them ends.
 * @param most how many may wait
 * @param refusal what one more is refused with, and all who wait while nothing has ended for 4 s
 */
export function inTurn(
  atOnce: number,
  most: number,
  refusal: () => Error,
  patience = STUCK_MS,
): <Made>(work: () => Promise<Made>) => Promise<Made> {
  const waiting: Waiting[] = []
  let running = 0
  let stuck: NodeJS.Timeout | undefined

  function watch(): void {
    clearTimeout(stuck)
    if (waiting.length === 0) return
    stuck = setTimeout(() => {
      for (const { refuse } of waiting.splice(0)) refuse(refusal())
    }, patience)
    stuck.unref()
  }
  return async (work) => {
    if (running < atOnce) running++
    else if (waiting.length >= most) throw refusal()
    else
      await new Promise<void>((begin, refuse) => {
        if (waiting.push({ begin, refuse }) === 1) watch()
      })
    try {
      return await work()
    } finally {
      const next = waiting.shift()
      if (next) next.begin()
      else running--
      watch()
    }
  }
}
