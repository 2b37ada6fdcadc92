import type { Person } from '../../../core/context.js'
import type { Kit } from '../../../core/kit.js'
import { Problem } from '../../../core/problem.js'
import type { Incoming } from '../../../express/handler.js'

/**
 * The administrator who is logged in. For everybody else there is nothing here, as for nobody.
 *
 * @throws Problem `not_found`
 */
export function administrator(kit: Kit, req: Incoming): Person {
  const person = kit.userOf(req)
  if (!person?.isAdmin) throw new Problem('not_found')
  return person
}
