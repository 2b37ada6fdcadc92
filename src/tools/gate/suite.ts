import type { Phase } from '../../phases/phase.js'
import type { Check } from './check.js'

/** A phase with what proves it: the `gate.ts` beside its `phase.ts`, which production never loads. */
export interface Suite extends Phase {
  checks: Check[]
}
