import type { Config } from '../../../src/config/config.js'
import type { Phase } from '../../../src/phases/phase.js'
import type { Check } from '../check.js'

/** A phase with its checks: the `gate.ts` next to them, which production never loads. */
export interface Suite extends Phase {
  checks: Check[]
  /** the differences that the phase makes on purpose in the app of this configuration; default: none */
  differences?(config: Config): Difference[]
}

/** An intended difference between the app as it was and the app at this phase, as the owner sees it. */
export interface Difference {
  /** method and route as the app declares it, `*` for any, e.g. `* /api/tasks/*` */
  route: string
  what: 'status' | 'header' | 'body'
  from?: string
  to?: string
  why: string
}

/**
 * Returns the checks of a phase that are to run.
 * @param only ids; default: all
 * @param config of the app; default: of any app
 */
export function checksOf({ checks }: Suite, only?: readonly string[], config?: Config): Check[] {
  return checks.filter(
    (check) => (!only || only.includes(check.id)) && (!config || (check.onlyWhere?.(config) ?? true)),
  )
}
