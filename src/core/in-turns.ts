import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises'

/**
 * Lets one after the other go on, so long apart; whoever comes alone waits for a turn of the event loop, whoever comes while
 * `most` wait for nothing.
 */
export function inTurns(most: number, apartMs: number): () => Promise<unknown> {
  let free: Promise<unknown> = Promise.resolve()
  let waiting = 0
  return () => {
    if (waiting === most) return Promise.resolve()
    waiting++
    const mine = free.then(() => nextTurn()).then(() => waiting--)
    free = mine.then(() => sleep(apartMs, null, { ref: false }))
    return mine
  }
}
