import type { Evidence } from '../../../gate/check.js'

/** Counts facts, and keeps those that do not hold. */
export class PrivacyFacts {
  exercised = 0
  readonly problems: Evidence[] = []
  holds(fact: boolean, evidence: Evidence): void {
    this.exercised++
    if (!fact) this.problems.push(evidence)
  }
}
