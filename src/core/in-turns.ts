import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises'

/** Spaces callers `apartMs` apart. A lone caller waits one event loop turn; beyond `most` callers do not wait. */
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
