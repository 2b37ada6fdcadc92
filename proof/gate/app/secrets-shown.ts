import type { Evidence } from '../check.js'
import { type Result, resultOf } from '../run/verdict.js'

export const SECRETS_SHOWN = 'gate.secrets'

/**
 * Judges that no answer to any check holds a secret of the environment. It is reported once per phase, next
 * to its checks, so that no check fails for another's subject.
 *
 * @param leaked secrets in the answers to all checks of a phase
 * @param told the evidence of the checks themselves
 * @returns null if there is nothing to report
 */
export function secretsShown(leaked: readonly Evidence[], told: readonly Evidence[]): Result | null {
  const said = new Set(told.map(({ what }) => what))
  const problems = [...new Map(leaked.map((one) => [one.what, one])).values()].filter(
    ({ what }) => !said.has(what),
  )
  if (problems.length === 0) return null
  return resultOf(
    {
      id: SECRETS_SHOWN,
      title: 'No answer to any check holds a secret of the environment',
      proves: ['H1', 'H2'],
      fix: 'Take it out of the answer; a route for debugging is listed under routes.debug, and is off.',
    },
    { exercised: problems.length, unit: 'secrets', problems },
    0,
  )
}
