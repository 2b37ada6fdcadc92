import { isDone } from '../../../gate/app/http.js'
import type { Check, Finding } from '../../../gate/check.js'
import { newVisitor } from '../gate-login.js'
import { forCookies, keepsOwnLogin, logInToApp, notApplicable, withoutProbe } from './app-login.js'
import innerApp from './mutants/inner-app.js'
import { Probes } from './probes.js'

export const ownLogout: Check = {
  id: 'auth.own-logout',
  title: 'After the app’s own logout the old cookie is refused',
  proves: ['A3'],
  onlyWhere: keepsOwnLogin,
  fix: 'End the session on the server: req.session.destroy() of express-session. Clearing the cookie ends it in one browser only.',
  run: forCookies(
    'a token of the app’s login (auth.login.token) is valid until it expires: usertwo does not end it, and no logout is tried',
    async (gate): Promise<Finding> => {
      const { logout } = gate.config.auth
      if (!logout)
        return notApplicable('the configuration names no logout of the app (auth.logout): none is tried')
      const target = await gate.app()
      const { owner } = await gate.people()
      const { cookie } = await logInToApp(gate, target, owner)
      const isLoggedIn = await new Probes(gate, target).loggedIn({ cookie })
      if (!isLoggedIn) return withoutProbe('logouts')
      const send = (method: string) =>
        target.ask(method, logout, { as: { ...newVisitor(), headers: { cookie } } })
      const posted = await send('POST')
      const method = [404, 405].includes(posted.status) ? 'GET' : 'POST'
      const answer = method === 'POST' ? posted : await send('GET')
      const route = `${method} ${logout}`
      if (!isDone(answer)) {
        const refused = {
          what: 'the logout is refused',
          route,
          expected: '2xx or 3xx',
          got: String(answer.status),
        }
        return { exercised: 0, unit: 'logouts', problems: [], unproven: [refused] }
      }
      const problems = (await isLoggedIn({ cookie }))
        ? [{ what: 'the cookie from before the logout still reaches the rows of its user', route }]
        : []
      return { exercised: 1, unit: 'logouts', problems }
    },
  ),
  mutants: ({ auth }) => [
    {
      name: 'the logout clears the cookie and keeps the session',
      names: 'the cookie from before the logout',
      by: { replace: [innerApp.keepsLogin], env: { GATE_LOGOUT: auth.logout ?? '' } },
    },
  ],
}
