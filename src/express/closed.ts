import type { ServerResponse } from 'node:http'
import { LinkedList } from '../core/linked-list.js'
import { answerSlot } from '../core/slot.js'

const closing = answerSlot<ServerResponse, LinkedList<() => void>>()

/** Runs `work` once the response has ended, however it ended, or at once. All callers share one listener. */
export function whenClosed(res: ServerResponse, work: () => void): void {
  if (res.closed) return void process.nextTick(work)
  const known = closing.get(res)
  if (known) {
    known.push(work)
    return
  }
  const mine = new LinkedList<() => void>()
  mine.push(work)
  closing.set(res, mine)
  res.on('close', () => {
    for (let one = mine.shift(); one; one = mine.shift()) one()
  })
}
