import { type SwallowedError, swallowedBehind, swallowedErrors } from '../../../reading/routes/swallowed.js'
import { readSources } from '../../../reading/syntax/sources.js'
import type { Evidence, Finding } from '../check.js'
import type { Project } from '../project.js'

/** As `ask` says it: `no answer to GET /todos/7: nothing within 15000 ms`; a burst leaves out the time. */
const NO_ANSWER = /no answer to ([A-Z]+) ([^\s:]+)(?:$|[,;]|: (?:nothing|no end) within)/

/**
 * Names the handler behind each request that the app did not answer, where its source catches the error and
 * sends nothing: a longer time limit would not help there.
 */
export async function withSwallowed(
  outcome: Finding | Error,
  { folder, config }: Project,
): Promise<Finding | Error> {
  const texts =
    outcome instanceof Error
      ? [outcome.message]
      : [...outcome.problems, ...(outcome.unanswered ?? [])].map(textOf)
  if (!texts.some((text) => NO_ANSWER.test(text))) return outcome
  const { server } = await readSources(folder, config)
  const swallowed = swallowedErrors(server)
  if (outcome instanceof Error) {
    const place = behind(outcome.message, swallowed)
    return place ? new Error(`${wordsOf(place)}: ${outcome.message}`, { cause: outcome }) : outcome
  }
  const placed = (one: Evidence): Evidence => {
    const place = behind(textOf(one), swallowed)
    return place ? { ...one, what: wordsOf(place), at: place.at, got: textOf(one) } : one
  }
  const { problems, unanswered } = outcome
  return {
    ...outcome,
    problems: problems.map(placed),
    ...(unanswered && { unanswered: unanswered.map(placed) }),
  }
}

const wordsOf = ({ at }: SwallowedError) => `this handler swallows its errors: ${at}`
const textOf = ({ what, got }: Evidence) => (got ? `${what}, ${got}` : what)

function behind(text: string, swallowed: readonly SwallowedError[]): SwallowedError | undefined {
  const [, method, path] = NO_ANSWER.exec(text) ?? []
  return method && path ? swallowedBehind(swallowed, method, path) : undefined
}
