import type { Evidence } from '../../../gate/check.js'
import type { Member, Target } from '../../../gate/gate.js'
import { nextAddress } from '../../../gate/people/addresses.js'
import { RIGHTS_HEADER } from '../mutants/express/inner-app.js'

/**
 * Sends a request with the login of a user and a cookie, to an app that answers what it sees of them.
 *
 * @returns what a request without a login must not have; empty: it has no user's rights
 */
export async function rightsOf(
  target: Target,
  [method, path]: readonly [string, string],
  of: Member,
): Promise<Evidence[]> {
  const as = { ...of, address: nextAddress() }
  const headers = { [RIGHTS_HEADER]: 'yes', cookie: 'gate=1' }
  const answer = await target.ask(method, path, { as, headers })
  const { rights = null } = (answer.json ?? {}) as { rights?: Record<string, unknown> | null }
  const route = `${method} ${path.split('?')[0]}`
  if (rights === null)
    return [{ what: 'the app was not reached', route, expected: '200', got: String(answer.status) }]
  return Object.entries(rights)
    .filter(([, value]) => value !== null)
    .map(([what, value]) => ({
      what: `a request without a login has the rights or the login of a user: ${what}`,
      route,
      expected: 'null',
      got: JSON.stringify(value),
    }))
}
