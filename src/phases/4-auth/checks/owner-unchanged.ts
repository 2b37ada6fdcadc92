import { patternsOf } from '../../../express/pattern.js'
import type { Check } from '../../../tools/gate/check.js'
import { Questions } from './gate-login.js'
import refuseEverybody from './mutants/refuse.everybody.js'
import refuseNobody from './mutants/refuse.nobody.js'

export const ownerUnchanged: Check = {
  id: 'auth.owner-unchanged',
  title: 'The app answers the owner with a login as it answers without one, and nobody else who is logged in',
  proves: ['A20', 'P5', 'I3'],
  fix: 'Below phase 6 the app has one user: a login of anybody else must not open it, the owner’s must change nothing.',
  async run(gate) {
    const { owner, other } = await gate.people()
    const target = await gate.app()
    const ask = new Questions(target)
    const open = patternsOf(gate.config, 'routes.public').map(({ path }) => path)
    const paths = new Set(
      (await gate.routes())
        .filter(({ method, path }) => method === 'GET' && !/[:*({]/.test(path) && !open.includes(path))
        .map(({ path }) => path),
    )
    for (const path of paths) {
      const without = await target.ask('GET', path, { as: { ...owner, headers: {} } })
      const withLogin = await target.ask('GET', path, { as: owner })
      ask.holds(without.status === withLogin.status && without.body === withLogin.body, {
        what: 'the app answers the owner otherwise when logged in',
        route: `GET ${path}`,
        expected: `${without.status}, ${without.body.length} characters`,
        got: `${withLogin.status}, ${withLogin.body.length} characters`,
      })
      // What is switched off is so for everybody, before anybody is asked who they are.
      if (without.status !== 404)
        await ask.expect('another person reaches the owner’s app', 503, 'GET', path, { as: other })
    }
    return { exercised: ask.exercised, unit: 'answers', problems: ask.problems }
  },
  mutants: [
    {
      name: 'every login opens the app',
      names: 'another person reaches the owner’s app',
      by: { replace: [refuseNobody] },
    },
    {
      name: 'the owner with a login is somebody else',
      names: 'the app answers the owner otherwise when logged in',
      by: { replace: [refuseEverybody] },
    },
  ],
}
