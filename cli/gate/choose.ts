import type { Suite } from '../../proof/gate/run/suite.js'
import { checksOf } from '../../proof/gate/run/suite.js'
import { suites } from '../../proof/gate/run/suites.js'
import type { Config } from '../../src/config/config.js'
import { nearest } from '../../src/config/nearest.js'
import { UsageError } from '../usage-error.js'

/**
 * The phases a gate run is about: N alone, all up to `through`, those of the checks in `only`, else all.
 * @throws UsageError for an unknown phase or check, with the nearest name
 */
export function choosePhases(
  given: string | undefined,
  through: string | undefined,
  only: readonly string[] | undefined,
): readonly Suite[] {
  if (only) assertChecks(only)
  const one = given === undefined ? undefined : phaseNumber(given)
  const last = through === undefined ? 8 : phaseNumber(through)
  const chosen = suites.filter(({ number }) => (one ? number === one : number <= last))
  if (!only) return chosen
  const missing = only.filter((id) => !chosen.some((phase) => checksOf(phase, [id]).length))
  if (missing.length) throw new UsageError(`${missing.join(', ')}: no check of the phases asked for`)
  return chosen.filter((phase) => checksOf(phase, only).length > 0)
}

/** @throws UsageError where no check is about the app of this configuration: nothing would be run */
export function assertApplies(only: readonly string[], config: Config): void {
  const left = only.filter((id) => !suites.some((phase) => checksOf(phase, [id], config).length > 0))
  if (left.length < only.length) return
  const said = left.map((id) => `${id} does not apply to this app as it is configured`)
  throw new UsageError(said.join('\n'))
}

function phaseNumber(text: string): number {
  const phase = suites.find(({ number, name }) => String(number) === text || name === text)
  if (phase) return phase.number
  throw new UsageError(
    `${text} is not a phase; allowed: 1 to 8, or ${suites.map(({ name }) => name).join(', ')}`,
  )
}

function assertChecks(only: readonly string[]): void {
  const all = suites.flatMap((phase) => phase.checks.map(({ id }) => id))
  if (!only.length) throw new UsageError('--only: name one or several checks, separated by commas')
  const unknown = only.filter((id) => !all.some((known) => known === id))
  if (!unknown.length) return
  const said = unknown.map((id) => {
    const near = nearest(id, all)
    return `${id} is not a check${near ? `; did you mean ${near}?` : '; docs/checks.md in the repository of usertwo lists them'}`
  })
  throw new UsageError(said.join('\n'))
}
