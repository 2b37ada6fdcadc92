import type { Evidence } from '../check.js'
import { type Result, resultOf } from '../run/verdict.js'

export const SECRETS_SHOWN = 'gate.secrets'

/**
 * No answer to any check may hold a secret of the environment. That is a fact of its own, said once for a
 * phase beside its checks, so that no check is red for what another one is about.
 * @param leaked by the answers to all checks of a phase
 * @param told evidence that its checks have given themselves
 * @returns null where there is nothing to say
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
