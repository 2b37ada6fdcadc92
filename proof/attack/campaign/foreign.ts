import type { Answer } from '../../gate/app/http.js'
import type { Evidence } from '../../gate/check.js'
import type { Statement, Target, Visitor } from '../../gate/gate.js'
import type { Exchange } from '../../gate/traffic/exchange.js'
import type { Asked } from '../../gate/traffic/ids.js'
import { send } from '../../gate/traffic/send.js'
import type { IdMapping } from '../fixture/id-mapping.js'
import type { AttackedTable } from '../fixture/rows.js'
import type { KnownPlaces } from '../fixture/shared-places.js'
import { unlike, unlikeMade } from '../oracle/alike.js'
import { counted } from '../oracle/open-rows.js'
import { revealed, type Secrets } from '../oracle/revealed.js'
import { withMissingIds } from '../payloads/swapped-ids.js'

export interface ForeignAttempt {
  target: Target
  as: Visitor
  exchange: Exchange
  clock: number
  /** every key of the owner that only the owner may name */
  known: KnownPlaces
  /** whether an id at a place of a request names the owner */
  isOwner?: IdMapping['isOwner']
  secrets: Secrets
  tables: readonly AttackedTable[]
  /** undoes the sender's own rows that a request has inserted, and returns whether there were any */
  takeBack?: () => Promise<boolean>
  /** whether a write has changed rows that the sender had before: a route that has work once answers differently then */
  hasChanged?: () => Promise<boolean>
}

export interface Attacked {
  answer: Answer
  exercised: boolean
  problems: Evidence[]
  /** the statements on tables that all users read */
  asked: Statement[]
}

/**
 * Sends the owner's request as another user, and again with ids that do not exist. The two answers must be
 * the same and hold nothing of the owner's. About rows that all users read, only what is shown counts.
 */
export async function attack(attempt: ForeignAttempt): Promise<Attacked> {
  const { target, as, exchange, clock, known, isOwner, secrets, tables, takeBack, hasChanged } = attempt
  const ask = (request: Asked) =>
    counted(target, tables, async () => (await send(target, request, clock, as)).answer)
  const { answer, open, asked } = await ask(exchange)
  const swapped = withMissingIds(exchange, known, isOwner)
  const seen = { answer, exercised: reachedTheApp(answer), asked }
  if (!swapped) return { ...seen, problems: revealed(answer, secrets) }
  const isMade = (await takeBack?.()) ?? false
  const absent = await ask(swapped.request)
  const areMade = ((await takeBack?.()) ?? false) && isMade
  const again = async () => (await send(target, swapped.request, clock, as)).answer
  const isComparable = open === absent.open
  const first =
    isComparable &&
    (areMade
      ? unlikeMade(answer, absent.answer)
      : await unlike(answer, absent.answer, swapped.ids, exchange.method === 'GET' ? again : undefined))
  const found = first && (await hasChanged?.()) ? await secondTime() : first
  /** The sender's rows were others for the second request: both are sent again, to the rows as they are now. */
  async function secondTime() {
    const [here, there] = [await ask(exchange), await ask(swapped!.request)]
    await takeBack?.()
    return unlike(here.answer, there.answer, swapped!.ids)
  }
  const what = 'a row of the owner answers another user unlike a missing one'
  const problems = [
    ...revealed(answer, secrets, isComparable && !found ? swapped.ids : undefined),
    ...(found ? [{ what, ...found }] : []),
    ...(isComparable ? [] : failed(answer, absent.answer)),
  ]
  return { ...seen, problems }
}

/** A refused change of a row that the user may only read is not a failure of the app. */
function failed(answer: Answer, absent: Answer): Evidence[] {
  if (!reachedTheApp(answer) || answer.status < 500 || absent.status >= 500) return []
  const what = 'a request about a row of the owner that all users read fails for another user'
  return [
    {
      what,
      expected: `403 forbidden, or as for the owner; ${absent.status} for a missing one`,
      got: String(answer.status),
    },
  ]
}

/** False where something in front of the app refused it: that says nothing about its rows. */
export function reachedTheApp({ status }: Answer): boolean {
  return ![401, 429, 503].includes(status)
}
