import type { Evidence } from '../../../gate/check.js'
import type { Target, Visitor } from '../../../gate/gate.js'
import type { Answer } from '../../../gate/http.js'
import type { Exchange } from '../../../gate/traffic/exchange.js'
import { send } from '../../../gate/traffic/send.js'
import { revealed, type Secrets } from './revealed.js'
import { withMissingIds } from './slots.js'

export interface Attempt {
  target: Target
  as: Visitor
  exchange: Exchange
  clock: number
  /** every key of the owner's */
  known: ReadonlySet<string>
  secrets: Secrets
}

export interface Attacked {
  answer: Answer
  exercised: boolean
  problems: Evidence[]
}

/**
 * Sends the owner's request as somebody else, and once more with ids that do not exist: the two answers must be the
 * same, and hold nothing of the owner's.
 */
export async function attack(attempt: Attempt): Promise<Attacked> {
  const { target, as, exchange, clock, known, secrets } = attempt
  const { answer } = await send(target, exchange, clock, as)
  const problems = revealed(answer, secrets)
  const swapped = withMissingIds(exchange, known)
  if (swapped) {
    const { answer: absent } = await send(target, swapped.request, clock, as)
    const [expected, got] = [comparable(absent, swapped.ids), comparable(answer, swapped.ids)]
    if (expected !== got)
      problems.push({
        what: 'a row of the owner answers somebody else otherwise than a missing one',
        expected,
        got,
      })
  }
  return { answer, exercised: reachedTheApp(answer), problems }
}

/** Held up before the app, nothing was found out about its rows. */
export function reachedTheApp({ status }: Answer): boolean {
  return ![401, 429, 503].includes(status)
}

/** An answer without the ids that were asked for. */
export function comparable({ status, headers, body }: Answer, ids: ReadonlyMap<string, string>): string {
  let text = body
  for (const id of [...ids].flat())
    text = text.replace(new RegExp(`(?<![\\w-])${id.replace(/\W/g, '\\$&')}(?![\\w-])`, 'g'), '<id>')
  return `${status} ${headers['content-type'] ?? ''} ${text.slice(0, 400)}`
}
