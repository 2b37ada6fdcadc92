import { isDeclaredAs } from '../../../reading/syntax/declared.js'
import { sentPath } from '../../../src/express/path.js'
import { redactText } from '../../../src/redaction/redact-text.js'
import { NoAnswer } from '../app/http.js'
import { TargetError } from '../app/target.js'
import type { Evidence, Finding } from '../check.js'
import type { Route } from '../gate.js'
import type { GateSession } from '../session.js'
import { printedError } from './printed-error.js'

const LONGEST = 300

/** What to do about a route that gives no answer, whatever its check is about. */
export const LET_IT_ANSWER =
  'Let the route answer, with an error if it must: the evidence has what the app printed. Until then the check says nothing about this route; waive it as a part until a date.'

/** A route that gave a request of a check no answer. */
export interface Unanswered {
  /** as declared: `GET /notes/:id` */
  route: string
  evidence: Evidence
  /** the rest of the app can be checked without it */
  isOfApp: boolean
}

/** Returns the route behind the error that ended a check; null: it has another reason. */
export async function unansweredIn(
  error: Error,
  session: Pick<GateSession, 'known' | 'recording'>,
): Promise<Unanswered | null> {
  const request = requestIn(error)
  if (!request) return null
  const { method, path, printed } = request
  const plain = sentPath(path)
  const declared = routeOf(method, plain, await session.known().catch(() => []))
  const recorded = await session.recording().catch(() => [])
  const route = declared ?? `${method} ${plain} (no route)`
  const isRecorded = recorded.some((one) => one.method === method && sentPath(one.path) === plain)
  const line = (await printedError({ output: printed }, 0)) ?? lastLine(printed())
  const what = error instanceof TargetError ? error.what : request.message
  return {
    route,
    isOfApp: declared !== null || isRecorded,
    evidence: {
      what: redactText(what),
      route,
      part: route,
      ...(line && { got: `the app printed: ${line}` }),
    },
  }
}

/** Returns the request that an error is about. */
function requestIn(error: unknown): NoAnswer | null {
  if (error instanceof NoAnswer) return error
  return error instanceof Error && error.cause !== undefined ? requestIn(error.cause) : null
}

/** Returns the first route that takes such a request; of other verbs, the first of its path. */
function routeOf(method: string, path: string, routes: readonly Route[]): string | null {
  const of = routes.filter((one) => isDeclaredAs(one.path, path, { rest: true }))
  const verb = method === 'HEAD' ? 'GET' : method
  const found = of.find((one) => one.method === verb || one.method === 'ALL') ?? of[0]
  return found ? `${found.method} ${found.path}` : null
}

const lastLine = (printed: string) => redactText(printed.trim().split('\n').at(-1) ?? '').slice(0, LONGEST)

/** Adds to what a check found, or to why it found nothing, the routes that gave it no answer. */
export function withUnanswered(outcome: Finding | Error, unanswered: readonly Evidence[]): Finding | Error {
  if (unanswered.length === 0) return outcome
  if (!(outcome instanceof Error)) return { ...outcome, unanswered: [...unanswered] }
  const unproven = requestIn(outcome) ? [] : [{ what: redactText(outcome.message) }]
  return { exercised: 0, unit: '', problems: [], unproven, unanswered: [...unanswered] }
}
