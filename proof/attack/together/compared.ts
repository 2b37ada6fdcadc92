import { type Answer, curl, isDone } from '../../gate/app/http.js'
import type { Evidence } from '../../gate/check.js'
import type { Visitor } from '../../gate/gate.js'
import { masked, volatileIn, withoutOrder } from '../../gate/traffic/volatile.js'
import { type Canaries, leaks } from '../fixture/canary.js'
import { revealed, type Secrets } from '../oracle/revealed.js'
import { isWithheld } from '../oracle/withheld.js'
import type { BurstAnswer } from './burst.js'

/**
 * The row that a request is about: the sender's own, another user's, a missing one, or all rows of the
 * sender.
 */
export type About = 'own' | 'foreign' | 'missing' | 'list'

/** A request with the answer that its sender gets when no other request runs. */
export interface Expected extends BurstAnswer {
  /** the base URL of the app */
  url: string
  route: string
  about: About
  /** the owner of the row it names, if that is another user */
  of?: Visitor
  alone: Answer
  /** places of that answer that change each time */
  volatile: readonly string[]
  /** the data of the other users */
  secrets: readonly Secrets[]
  /** ids that the request itself names */
  named: ReadonlySet<string>
  /** addresses of other users' rows that this user has asked for, which an app may list to them */
  asked?: ReadonlySet<string>
  /** marks in what the other users write meanwhile, each with its writer */
  written?: Canaries
}

/** The place for a whole answer. */
const WHOLE = '$'

/** Returns whether something in front of the app answered: too many requests. */
export const isLimited = ({ status }: Answer) => status === 429

/**
 * Reports what is wrong with an answer to a read that ran among others.
 *
 * @param how how the requests were sent, as in "in one burst"
 */
export function wrongIn(answer: Answer | Error, expected: Expected, how: string): Evidence[] {
  const known = crossedIn(answer, expected, how)
  if (known) return known
  const { alone, volatile } = expected
  const { status } = answer as Answer
  // An answer that changes each time is only searched for other users' data.
  if (volatile.includes(WHOLE) && (status < 500 || alone.status >= 500)) return []
  return [said(differing(answer as Answer, expected), expected, how)]
}

/**
 * Reports the same for a write. The new row has another key each time, so that only its success counts.
 *
 * @param races another request of the same user may conflict with it
 */
export function wrongWrite(
  answer: Answer | Error,
  expected: Expected,
  how: string,
  races: boolean,
): Evidence[] {
  const known = crossedIn(answer, expected, how)
  if (known || races) return known ?? []
  const { status } = answer as Answer
  const { alone } = expected
  if (isDone(alone) === isDone({ status }) && (status < 500 || alone.status >= 500)) return []
  return [said(differing(answer as Answer, expected), expected, how)]
}

/** Null: it contains nothing of another user, but may be wrong in another way. */
function crossedIn(answer: Answer | Error, expected: Expected, how: string): Evidence[] | null {
  const { as, of, written } = expected
  const say = (problem: Evidence) => said(problem, expected, how)
  if (answer instanceof Error) return [say({ what: `${as.name} gets no answer`, got: answer.message })]
  if (isLimited(answer) || isSame(answer, expected)) return []
  if (isWithheld(answer)) {
    const whose = of ? `a row of ${of.name}` : 'a row of another user'
    return [
      say({
        what: `${whose} was in the answer to ${as.name}, and was refused`,
        got: 'foreign_row_in_answer',
      }),
    ]
  }
  const shown = [
    ...leaks(answer, written ?? new Map()).map(({ mark, place }) => ({
      what: `what ${place} wrote was shown to ${as.name}`,
      leaked: mark,
    })),
    ...ofOthersIn(answer, expected),
  ]
  if (!shown.length) return null
  const texts = shown.filter(({ leaked }) => leaked?.includes('cnry'))
  return (texts.length ? texts : shown.slice(0, 1)).map((problem) =>
    say({ ...problem, what: problem.what.replace('another user', as.name) }),
  )
}

/** Reports what an answer holds of other users. */
export function ofOthersIn(
  answer: Answer,
  { secrets, named, asked }: Pick<Expected, 'secrets' | 'named' | 'asked'>,
): Evidence[] {
  const body = [...(asked ?? [])].reduce((text, path) => text.replaceAll(path, ''), answer.body)
  return secrets.flatMap((theirs) => revealed({ ...answer, body }, theirs, named))
}

function said(problem: Evidence, expected: Expected, how: string): Evidence {
  const { url, route, as, method, path, request } = expected
  const line = curl(url, method, path, { as, body: request.body ?? undefined })
  return { route, curl: line, ...problem, what: `${how}: ${problem.what}` }
}

function differing(answer: Answer, { as, about, alone }: Expected): Evidence {
  const got = `${answer.status} ${answer.body.slice(0, 200)}`
  const was = `${alone.status} ${alone.body.slice(0, 200)}`
  const of = { expected: was, got }
  if (answer.status >= 500) return { what: `a request of ${as.name} fails`, ...of }
  if (isDone(alone) && !isDone(answer))
    return { what: about === 'own' ? `an own row of ${as.name} is missing` : `${as.name} is refused`, ...of }
  return { what: `${as.name} gets another answer than alone`, ...of }
}

/**
 * Returns whether an answer equals the one alone. Without an ORDER BY the database decides the order of a
 * list.
 */
function isSame(answer: Answer, { alone, volatile }: Expected): boolean {
  if (answer.status !== alone.status) return false
  if (volatile.includes(WHOLE)) return false
  const [got, was] = [masked(answer.body, volatile), masked(alone.body, volatile)]
  return got === was || withoutOrder(got) === withoutOrder(was)
}

/** Returns the places at which two answers to the same user differ. They prove nothing. */
export const movingIn = (one: Answer, other: Answer) =>
  one.status === other.status ? volatileIn(one.body, other.body) : [WHOLE]
