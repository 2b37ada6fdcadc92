import type { Person } from '../../../core/context.js'
import type { Kit } from '../../../core/kit.js'
import { Problem } from '../../../core/problem.js'
import type { Incoming } from '../../../express/handler.js'

/**
 * Returns the administrator who is logged in. Other users and anonymous requests get 404.
 *
 * @throws Problem `not_found`
 */
export function administrator(kit: Kit, req: Incoming): Person {
  const person = kit.userOf(req)
  if (!person?.isAdmin) throw new Problem('not_found')
  return person
}
