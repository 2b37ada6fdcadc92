import type { Queryable } from '../../../../database/catalog/ask.js'
import { parentTriggerSteps } from '../plan/parent-triggers.js'
import { type LintContext, type OwnershipFinding, RECONCILE } from './finding.js'

/** Reports missing triggers: without them a foreign key reveals whether another user's row exists. */
export async function lintParentTriggers(
  client: Queryable,
  { resolved, edges }: LintContext,
): Promise<OwnershipFinding[]> {
  const steps = await parentTriggerSteps(client, resolved, edges)
  return steps.map(({ name }) => ({
    rule: 'parent-trigger',
    table: name.slice(0, name.indexOf(': ')),
    what: 'a parent of another user does not fail as a missing one does',
    fix: RECONCILE,
  }))
}
