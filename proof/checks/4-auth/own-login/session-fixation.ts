import type { Check, Evidence } from '../../../gate/check.js'
import type { Gate, Target } from '../../../gate/gate.js'
import { CookieJar } from '../../../gate/people/cookie-jar.js'
import { newVisitor } from '../gate-login.js'
import { forCookies, keepsOwnLogin, logInToApp, withoutProbe } from './app-login.js'
import innerApp from './mutants/inner-app.js'
import { Probes } from './probes.js'

export const sessionFixation: Check = {
  id: 'auth.own-session-fixation',
  title: 'The app’s own login begins a new session: a cookie from before it does not log in',
  proves: ['B3'],
  onlyWhere: keepsOwnLogin,
  fix: 'Begin a new session when a user logs in: req.session.regenerate() of express-session, before the user is stored in it.',
  run: forCookies('the app’s login answers with a token, and begins no session', async (gate) => {
    const target = await gate.app()
    const { owner, other } = await gate.people()
    const probes = new Probes(gate, target)
    const isLoggedIn = await probes.loggedIn(owner.headers)
    if (!isLoggedIn) return withoutProbe('logins')
    const isOwner = await probes.first(owner, other)
    const problems: Evidence[] = []
    const unproven: Evidence[] = []
    let exercised = 0
    const route = `POST ${gate.config.auth.login!.post}`
    const before = await anonymousCookies(gate, target)
    /** The owner logs in over a cookie; without that it proves nothing. */
    const logInOver = async (cookie: string, whose: string) => {
      const { headers, answer } = await logInToApp(gate, target, owner, { cookie })
      if (await isLoggedIn(headers)) exercised++
      else
        unproven.push({
          what: `the owner could not log in with the cookie of ${whose}`,
          route,
          got: `${answer.status} ${answer.body.slice(0, 200)}`,
          part: `cookie of ${whose}`,
        })
    }
    if (before) {
      await logInOver(before, 'an anonymous client')
      if (await isLoggedIn({ cookie: before }))
        problems.push({
          what: 'the cookie that an anonymous client had before the login is logged in after it',
          route,
        })
    }
    // An attacker plants the cookie of their own login in the browser of the user.
    const planted = (await logInToApp(gate, target, other)).cookie
    await logInOver(planted, 'the second user')
    const isTaken = await (isOwner ?? isLoggedIn)({ cookie: planted })
    const what = 'the cookie of the second user, with which the owner logs in, is logged in'
    if (isTaken && isOwner) problems.push({ what: `${what} as the owner`, route })
    if (isTaken && !isOwner)
      unproven.push({
        what: `${what} after it, and no recorded GET shows as whom: record one that answers two users differently, such as a profile`,
        route,
        part: 'planted cookie',
      })
    return { exercised, unit: 'logins', problems, unproven }
  }),
  mutants: [
    {
      name: 'the session from before the login becomes the user’s',
      names: 'is logged in as the owner',
      by: { replace: [innerApp.keepsSession] },
    },
  ],
}

/** What an anonymous client is given by public reads and by a failed login; empty: no cookie. */
async function anonymousCookies(gate: Gate, target: Target): Promise<string> {
  const jar = new CookieJar()
  const { routes, auth } = gate.config
  const open = routes.public.flatMap((one) => /^(?:GET )?(\/\S*)$/.exec(one)?.[1] ?? [])
  for (const path of ['/', auth.login!.post, ...open]) {
    const { header: cookie } = jar
    const answer = await target.ask('GET', path, {
      as: { ...newVisitor(), headers: cookie ? { cookie } : {} },
      headers: { accept: 'text/html' },
    })
    jar.take(answer.headers['set-cookie'])
  }
  const wrong = { email: 'unknown@example.com', password: 'not the password of any user' }
  return (await logInToApp(gate, target, wrong, { cookie: jar.header })).cookie
}
