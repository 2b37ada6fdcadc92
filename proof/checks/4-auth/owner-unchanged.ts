import { isPublic } from '../../../src/express/public-route.js'
import type { Answer } from '../../gate/app/http.js'
import type { Check } from '../../gate/check.js'
import { masked, volatileIn } from '../../gate/traffic/volatile.js'
import { Questions } from './gate-login.js'
import refuse from './mutants/throttle/refuse.js'

/** Whether two answers say the same, except for what differs between two to the same request, such as a count of seconds. */
async function isSame(one: Answer, other: Answer, again: () => Promise<Answer>): Promise<boolean> {
  if (one.status !== other.status) return false
  if (one.body === other.body) return true
  const places = volatileIn(one.body, (await again()).body)
  return masked(one.body, places) === masked(other.body, places)
}

export const ownerUnchanged: Check = {
  id: 'auth.owner-unchanged',
  title: 'The app answers the logged-in owner as before, and refuses every other user',
  proves: ['A20', 'P5', 'I3'],
  ofUsertwosLogin: true,
  fix: 'Below phase 6 the app has one user: a login of any other user must not open it, and the owner’s must change nothing.',
  async run(gate) {
    const { owner, other } = await gate.people()
    const target = await gate.app()
    const ask = new Questions(target)
    const open = isPublic(gate.config)
    const closed = (asked: readonly { method: string; path: string }[]) =>
      asked.filter(({ method, path }) => method === 'GET' && !open({ method, url: path }))
    const declared = closed(await gate.routes()).filter(({ path }) => !/[:*({]/.test(path))
    const recorded = (await gate.traffic()).filter(({ response }) => response.status < 300)
    // The only paths without a parameter may be the app's public ones.
    const asked = declared.length > 0 ? declared : closed(recorded)
    for (const path of new Set(asked.map(({ path }) => path))) {
      const asBefore = () => target.ask('GET', path, { as: { ...owner, headers: {} } })
      const without = await asBefore()
      const withLogin = await target.ask('GET', path, { as: owner })
      ask.holds(await isSame(without, withLogin, asBefore), {
        what: 'the app answers the owner differently when logged in',
        route: `GET ${path}`,
        expected: `${without.status}, ${without.body.length} characters`,
        got: `${withLogin.status}, ${withLogin.body.length} characters`,
      })
      // A route that is switched off answers 404 to all users, before the user is resolved.
      if (without.status !== 404)
        await ask.expect('another user reaches the owner’s app', 503, 'GET', path, { as: other })
    }
    return { exercised: ask.exercised, unit: 'answers', problems: ask.problems }
  },
  mutants: [
    {
      name: 'every login opens the app',
      names: 'another user reaches the owner’s app',
      by: { replace: [refuse.noUser] },
    },
    {
      name: 'the logged-in owner counts as another user',
      names: 'the app answers the owner differently when logged in',
      by: { replace: [refuse.everyUser] },
    },
  ],
}
