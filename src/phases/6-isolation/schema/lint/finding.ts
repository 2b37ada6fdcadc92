import type { Resolved } from '../plan/ownership-plan.js'
import type { ParentEdge } from '../plan/parents.js'

/** One property of the schema that lets a user see or change another user's rows. */
export interface OwnershipFinding {
  /** Stable: `row-security`, `owner-default`, … */
  rule: string
  /** `schema.name`; the role's name for rules about roles. */
  table: string
  what: string
  fix: string
  /** The name by which a waiver can cover it alone. */
  part?: string
}

/** What every rule gets. */
export interface LintContext {
  resolved: Resolved
  edges: readonly ParentEdge[]
}

export const RECONCILE = 'run `usertwo migrate up`'
