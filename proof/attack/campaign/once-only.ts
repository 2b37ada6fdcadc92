import type { Answer } from '../../gate/app/http.js'
import type { NewRows } from '../fixture/new-rows.js'

/**
 * Returns how to send variants of a write: if the write itself fails when it is repeated, as with a value that is unique, the
 * rows that the sender got are removed before each. Null: the write always fails, and shows nothing.
 *
 * @param beforeRemoval called with rows still there
 */
export async function sendingAgain<Sent>(
  write: Sent,
  send: (sent: Sent) => Promise<Answer>,
  rows: NewRows,
  beforeRemoval: () => Promise<void>,
): Promise<((sent: Sent) => Promise<Answer>) | null> {
  if ((await send(write)).status >= 500) return null
  const isOnce = (await send(write)).status >= 500
  if (!isOnce) return send
  return async (sent) => {
    if (await rows.any()) {
      await beforeRemoval()
      await rows.takeBack()
    }
    return send(sent)
  }
}

/**
 * Sends both writes of a pair again, each after the rows that the sender got were removed: where a value is unique, the
 * second of two inserts fails whatever else it names.
 *
 * @param beforeRemoval called with rows still there
 * @returns both answers; null unless each write inserts a row
 */
export async function eachInserting<Sent>(
  pair: readonly [Sent, Sent],
  send: (sent: Sent) => Promise<Answer>,
  rows: NewRows,
  beforeRemoval: () => Promise<void>,
): Promise<[Answer, Answer] | null> {
  const answers: Answer[] = []
  for (const sent of pair) {
    if (await rows.any()) {
      await beforeRemoval()
      await rows.takeBack()
    }
    answers.push(await send(sent))
    if (!(await rows.any())) return null
  }
  return answers as [Answer, Answer]
}
