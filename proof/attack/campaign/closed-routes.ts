import type { LegacyAnswer } from '../../../src/config/config.js'
import { retiredAs, retiredRoutes } from '../../../src/phases/7-legacy/answers.js'
import { type Answer, curl } from '../../gate/app/http.js'
import type { Evidence } from '../../gate/check.js'
import type { Gate, Route, Target } from '../../gate/gate.js'
import { nextAddress } from '../../gate/people/addresses.js'
import type { Answered } from '../../gate/run/answered.js'
import { corpusOf } from '../synthesised/corpus.js'
import { pathsFor } from '../synthesised/paths.js'
import { exclusionOf } from './exclusions.js'

/** From this phase on the configuration answers for retired routes. */
const RETIRED = 7
const NOWHERE = '/gate-absent/gate-absent'

/**
 * Checks that a route that is off or retired gives both users its declared refusal. Only then it needs no
 * attack.
 */
export async function askClosed(
  gate: Gate,
  routes: readonly Route[],
  answered: Answered,
): Promise<Evidence[]> {
  if (!routes.length) return []
  const { owner, other } = await gate.people()
  const corpus = await corpusOf(gate.database, gate.config, owner.id, [])
  const kindOf = exclusionOf(gate.config)
  const retired = retiredRoutes(gate.config)
  const found: Evidence[] = []
  for (const { method, path, at } of routes) {
    if (gate.signal.aborted) break
    const isOff = kindOf(method, path)?.kind === 'off'
    const target = await gate.app(isOff ? {} : { dial: RETIRED })
    const verb = method === 'ALL' ? 'GET' : method
    const asked = pathsFor(path, corpus)[0] ?? path.replace(/[:*]\w+/g, '1')
    for (const person of [owner, other]) {
      const how = { as: { ...person, address: nextAddress() } }
      const answer = await target.ask(verb, asked, how)
      answered.note(`${method} ${path}`, { [person === owner ? 'owner' : 'other']: answer.status })
      const expected = isOff
        ? await absentLike(target, verb, answer, how)
        : retiredLike(retiredAs(retired, { method, path }), answer)
      if (expected === null) continue
      found.push({
        what: `a route that is ${isOff ? 'off' : 'retired'} answers the ${person === owner ? 'owner' : 'second user'}`,
        route: `${method} ${path}`,
        expected,
        got: `${answer.status} ${answer.headers.location ?? answer.body.slice(0, 100)}`.trim(),
        curl: curl(target.url, verb, asked, how),
        at,
      })
    }
  }
  return found
}

/** Returns what a path that does not exist is answered; null if the answer is the same as this one. */
async function absentLike(
  target: Target,
  method: string,
  answer: Answer,
  how: Parameters<Target['ask']>[2],
): Promise<string | null> {
  if (answer.status === 404) return null
  // Some apps answer every unknown path with their page.
  const absent = await target.ask(method, NOWHERE, how)
  return absent.status === answer.status && absent.body === answer.body ? null : String(absent.status)
}

function retiredLike(declared: LegacyAnswer | undefined, { status, headers }: Answer): string | null {
  if (typeof declared === 'number') return status === declared ? null : String(declared)
  if (typeof declared !== 'object') return null
  const isThere = status >= 300 && status < 400 && headers.location === declared.redirect
  return isThere ? null : `a redirect to ${declared.redirect}`
}
