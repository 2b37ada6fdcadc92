import type { Evidence } from '../../proof/gate/check.js'
import type { SiteAnswer } from './site.js'
import type { Smoke } from './smoke.js'

/** One line of the checklist. */
export interface Item {
  /** stable, with a heading in docs/reference/smoke.md */
  id: `smoke.${string}`
  /** the fact, as a sentence that is true on GO */
  title: string
  /** requirement ids */
  proves: string[]
  /** what to do when it is red */
  fix: string
  /** @throws NotExercised where this deployment gives nothing to try, or it is not to be tried there */
  run(smoke: Smoke, facts: ItemFacts): Promise<void>
}

/** Why an item was not tried: said in its line, and no GO. */
export class NotExercised extends Error {}

/** What an item sees. */
export class ItemFacts {
  exercised = 0
  readonly problems: Evidence[] = []
  /** observations, shown with a GO */
  readonly seen: string[] = []

  holds(fact: boolean, problem: Evidence): boolean {
    this.exercised++
    if (!fact) this.problems.push(problem)
    return fact
  }

  /** Notes an answer of another status. */
  expect(heard: SiteAnswer, statuses: number | readonly number[], what: string): boolean {
    const wanted = [statuses].flat()
    return this.holds(wanted.includes(heard.status), {
      what,
      route: heard.route,
      expected: wanted.join(' or '),
      got: gotOf(heard),
    })
  }

  /** Counts what another has seen. */
  add({ exercised, problems }: ItemFacts): void {
    this.exercised += exercised
    this.problems.push(...problems)
  }

  saw(...what: string[]): void {
    this.seen.push(...what)
  }
}

/** The status of an answer and its code, which hold no secret; never its body. */
export function gotOf({ status, json, headers }: SiteAnswer): string {
  const { code } = (json ?? {}) as { code?: unknown }
  const { location } = headers
  return [
    String(status),
    ...(typeof code === 'string' ? [code] : []),
    ...(location ? [`to ${location}`] : []),
  ].join(' ')
}
