import { setImmediate as nextTurn } from 'node:timers/promises'

/** Lets one after the other go on, each in a turn of the event loop of its own; whoever comes while `most` wait, at once. */
export function inTurns(most: number): () => Promise<unknown> {
  let last: Promise<unknown> = Promise.resolve()
  let waiting = 0
  return () => {
    if (waiting === most) return Promise.resolve()
    waiting++
    last = last.then(() => nextTurn()).then(() => waiting--)
    return last
  }
}
