import type { Resolved } from '../plan/ownership-plan.js'
import type { ParentEdge } from '../plan/parents.js'

/** One thing about the schema that lets somebody see or change what is not theirs. */
export interface OwnershipFinding {
  /** Stable: `row-security`, `owner-default`, … */
  rule: string
  /** `schema.name`; the role's name for rules about roles. */
  table: string
  what: string
  fix: string
}

/** What every rule is given. */
export interface LintContext {
  resolved: Resolved
  edges: readonly ParentEdge[]
}

export const RECONCILE = 'run `usertwo migrate up`'
