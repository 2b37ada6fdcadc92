import { type Answer, curl, isDone } from '../../gate/app/http.js'
import type { Evidence } from '../../gate/check.js'
import type { Visitor } from '../../gate/gate.js'
import { masked, volatileIn, withoutOrder } from '../../gate/traffic/volatile.js'
import { type Canaries, leaks } from '../fixture/canary.js'
import { revealed, type Secrets } from '../oracle/revealed.js'
import { isWithheld } from '../oracle/withheld.js'
import type { BurstAnswer } from './burst.js'

/** Whose row a request is about: the sender's own, another user's, one that is missing, or every row of theirs. */
export type About = 'own' | 'foreign' | 'missing' | 'list'

/** A request with what its sender gets when nobody else sends one. */
export interface Expected extends BurstAnswer {
  /** of the app */
  url: string
  route: string
  about: About
  /** whose row it names, where that is another user's */
  of?: Visitor
  alone: Answer
  /** places of that answer that change from one time to the next */
  volatile: readonly string[]
  /** what the other users have */
  secrets: readonly Secrets[]
  /** ids that it names itself */
  named: ReadonlySet<string>
  /** marks in what the other users write meanwhile, each with its writer */
  written?: Canaries
}

/** The place that is all of an answer. */
const WHOLE = '$'

/** Whether something in front of the app answered for it: too many requests. */
export const isLimited = ({ status }: Answer) => status === 429

/**
 * What is wrong with an answer to a read that came among others.
 * @param how the requests came, as in "in one burst"
 */
export function wrongIn(answer: Answer | Error, expected: Expected, how: string): Evidence[] {
  const known = crossedIn(answer, expected, how)
  if (known) return known
  const { alone, volatile } = expected
  const { status } = answer as Answer
  // What changes each time is only looked through.
  if (volatile.includes(WHOLE) && (status < 500 || alone.status >= 500)) return []
  return [said(differing(answer as Answer, expected), expected, how)]
}

/**
 * The same of a write: what it made has another key each time, so that only whether it was done counts.
 * @param races another request of the same user may stand in its way
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

/** Null: nothing of another user's is in it, but it may be wrong otherwise. */
function crossedIn(answer: Answer | Error, expected: Expected, how: string): Evidence[] | null {
  const { as, of, secrets, named, written } = expected
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
    ...secrets.flatMap((theirs) => revealed(answer, theirs, named)),
  ]
  if (!shown.length) return null
  const texts = shown.filter(({ leaked }) => leaked?.includes('cnry'))
  return (texts.length ? texts : shown.slice(0, 1)).map((problem) =>
    say({ ...problem, what: problem.what.replace('another user', as.name) }),
  )
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

/** Whether an answer says what the one alone did; the order of a list is the database's where no query says it. */
function isSame(answer: Answer, { alone, volatile }: Expected): boolean {
  if (answer.status !== alone.status) return false
  if (volatile.includes(WHOLE)) return false
  const [got, was] = [masked(answer.body, volatile), masked(alone.body, volatile)]
  return got === was || withoutOrder(got) === withoutOrder(was)
}

/** The places at which two answers to the same user differ: whatever is there says nothing. */
export const movingIn = (one: Answer, other: Answer) =>
  one.status === other.status ? volatileIn(one.body, other.body) : [WHOLE]
