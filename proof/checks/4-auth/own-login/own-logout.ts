import { isDone } from '../../../gate/app/http.js'
import type { Check, Evidence, Finding } from '../../../gate/check.js'
import type { Target } from '../../../gate/gate.js'
import { newVisitor } from '../gate-login.js'
import { forLogins, keepsOwnLogin, logInToApp, notApplicable, withoutProbe } from './app-login.js'
import innerApp from './mutants/inner-app.js'
import { Probes } from './probes.js'
import { rememberedLogin } from './remembered-login.js'

export const ownLogout: Check = {
  id: 'auth.own-logout',
  title: 'After the app’s own logout the old login is refused, a remembered one too',
  proves: ['A3'],
  onlyWhere: keepsOwnLogin,
  fix: 'End the login on the server: req.session.destroy() of express-session, and a cookie that remembers a login names a row that the logout deletes. Clearing a cookie ends it in one browser only.',
  run: forLogins(async (gate): Promise<Finding> => {
    const { logout, login } = gate.config.auth
    if (!logout)
      return notApplicable(
        login!.token
          ? 'a token of the app’s login is valid until it expires, and the configuration names no logout of the app (auth.logout): none is tried'
          : 'the configuration names no logout of the app (auth.logout): none is tried',
      )
    const target = await gate.app()
    const { owner } = await gate.people()
    const plain = await logInToApp(gate, target, owner)
    const isLoggedIn = await new Probes(gate, target).loggedIn(plain.headers)
    if (!isLoggedIn) return withoutProbe('logouts')
    const { route, isDone: isOut, status } = await logOut(target, logout, plain.headers)
    if (!isOut) {
      const refused = { what: 'the logout is refused', route, expected: '2xx or 3xx', got: String(status) }
      return { exercised: 0, unit: 'logouts', problems: [], unproven: [refused] }
    }
    const finding = { exercised: 1, unit: 'logouts', problems: [] as Evidence[] }
    const problem = (what: string) =>
      finding.problems.push({ what: `${what} still reaches the rows of its user`, route })
    if (await isLoggedIn(plain.headers))
      problem(`the ${login!.token ? 'token' : 'cookie'} from before the logout`)

    const remembered = await rememberedLogin(gate, target, owner, plain)
    if (!remembered || !(await isLoggedIn(remembered.headers))) return finding
    finding.exercised++
    await logOut(target, logout, remembered.headers)
    // The cookies of a plain login may have been kept, which is another finding.
    if (await isLoggedIn({ ...remembered.headers, cookie: remembered.alone }))
      problem(`the cookie ${remembered.names.join(', ')} of a remembered login`)
    return finding
  }),
  mutants: ({ auth }) => [
    {
      name: 'the logout clears the cookie and keeps the session',
      names: `the ${auth.login?.token ? 'token' : 'cookie'} from before the logout`,
      by: { replace: [innerApp.keepsLogin], env: { GATE_LOGOUT: auth.logout ?? '' } },
    },
  ],
}

/** Logs a client out: by POST, as a page of the app sends it, or by GET where the app has no other. */
async function logOut(target: Target, path: string, headers: Record<string, string>) {
  const { origin } = new URL(target.url)
  const send = (method: string) =>
    target.ask(method, path, {
      as: { ...newVisitor(), headers: { ...headers, ...(method === 'POST' && { origin }) } },
    })
  const posted = await send('POST')
  const method = [404, 405].includes(posted.status) ? 'GET' : 'POST'
  const answer = method === 'POST' ? posted : await send('GET')
  return { route: `${method} ${path}`, isDone: isDone(answer), status: answer.status }
}
