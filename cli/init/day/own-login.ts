import type { Answer } from '../../../proof/gate/app/http.js'
import type { Route, Target } from '../../../proof/gate/gate.js'
import type { OwnLogin } from '../reading/own-login.js'
import { unlessRefused } from './lasting-target.js'
import type { TriedRoutes } from './try-routes.js'

const LOGIN_PAGE = /log-?in|sign-?in/i

/**
 * Whether the login of usertwo takes the place of the app's own, and nothing of the app asks for that: its routes are where
 * usertwo answers from phase 4, and every other is answered without it.
 */
export async function isReplaced(
  { at }: OwnLogin,
  mount: string,
  routes: readonly Route[],
  { calls, missing }: TriedRoutes,
  { ask }: Pick<Target, 'ask'>,
): Promise<boolean> {
  const below = (path: string) => `${path}/`.startsWith(`${mount}/`)
  const file = at.slice(0, at.lastIndexOf(':'))
  const own = routes.filter((route) => route.at.startsWith(`${file}:`))
  if (own.length === 0 || !own.every(({ path }) => below(path))) return false
  const shut = missing.filter(
    ({ route, last }) => !below(route.slice(route.indexOf(' ') + 1)) && /: 40[13] /.test(last),
  )
  if (shut.length > 0) return false
  for (const { method, path } of calls) {
    if (method !== 'GET' || below(path)) continue
    const answer = await ask('GET', path).catch(unlessRefused)
    if (answer && sendsToLogin(answer)) return false
  }
  return true
}

const sendsToLogin = ({ status, headers }: Answer) =>
  status >= 300 && status < 400 && LOGIN_PAGE.test(String(headers.location))
