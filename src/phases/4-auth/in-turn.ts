/**
 * Runs so many pieces of work at once; others wait in the order they came.
 * @param most how many may wait
 * @param refusal what one more is refused with
 */
export function inTurn(
  atOnce: number,
  most: number,
  refusal: () => Error,
): <Made>(work: () => Promise<Made>) => Promise<Made> {
  const waiting: (() => void)[] = []
  let running = 0
  return async (work) => {
    if (running < atOnce) running++
    else if (waiting.length >= most) throw refusal()
    else await new Promise<void>((resolve) => waiting.push(resolve))
    try {
      return await work()
    } finally {
      const next = waiting.shift()
      if (next) next()
      else running--
    }
  }
}
