import { type Answer, curl, isDone } from '../../../gate/app/http.js'
import type { Check, Evidence } from '../../../gate/check.js'
import type { Exchange } from '../../../gate/traffic/exchange.js'
import { newVisitor } from '../gate-login.js'
import { forCookies, keepsOwnLogin, logInToApp, withoutProbe } from './app-login.js'
import { loginCookies, sameSiteOf } from './cookie-flags.js'
import innerApp from './mutants/inner-app.js'

/** What a browser says of a form that a page of another site sends. */
const FROM_ELSEWHERE = {
  origin: 'https://evil.example',
  'sec-fetch-site': 'cross-site',
  'sec-fetch-mode': 'navigate',
}
/** A page of another site can send these without asking the app first (Fetch, CORS-safelisted). */
const FORM = 'application/x-www-form-urlencoded'
const TEXT = 'text/plain'

export const ownCsrf: Check = {
  id: 'auth.own-csrf',
  title: 'Another site cannot write with the cookies of the app’s own login',
  proves: ['B3', 'A7'],
  onlyWhere: keepsOwnLogin,
  fix: "Set sameSite: 'lax' for the cookie of the login, or check a CSRF token or the Origin header on each unsafe request.",
  timeout: 120_000,
  run: forCookies('the app’s login answers with a token, which another site cannot send', async (gate) => {
    const found = await loginCookies(gate)
    if (!found) return withoutProbe('cookies')
    const { cookies, env, headers } = found
    const isSent = cookies.every((line) => ['none', undefined].includes(sameSiteOf(line)))
    if (!isSent) return { exercised: cookies.length, unit: 'cookies', problems: [] }
    const target = await gate.app({ env })
    const { owner } = await gate.people()
    const { cookie } = await logInToApp(gate, target, owner, { headers })
    const problems: Evidence[] = []
    let exercised = cookies.length
    for (const exchange of await gate.traffic()) {
      if (exchange.method !== 'POST' || exchange.response.status >= 400) continue
      for (const [type, body] of bodiesOf(exchange)) {
        exercised++
        const how = { headers: { ...headers, ...FROM_ELSEWHERE, 'content-type': type, cookie }, body }
        const answer: Answer = await target.ask('POST', exchange.path, { as: newVisitor(), ...how })
        if (!isDone(answer)) continue
        problems.push({
          what: `a page of another site can send it as ${type}, with the cookie of the login (SameSite=${sameSiteOf(cookies[0]!) ?? 'not set'})`,
          route: exchange.route ?? `POST ${exchange.path}`,
          expected: '4xx',
          got: String(answer.status),
          curl: curl(target.url, 'POST', exchange.path, how),
        })
        break
      }
    }
    return { exercised, unit: 'requests', problems }
  }),
  mutants: [
    {
      name: 'other sites send the cookie, and the app takes their forms',
      names: 'a page of another site can send it',
      by: { replace: [innerApp.takesForms] },
    },
  ],
}

/** A recorded body as another site can send it: as a form, and as text. */
function bodiesOf({ request: { body, contentType } }: Exchange): [type: string, body: string][] {
  const fields = fieldsOf(body, contentType)
  return [...(fields ? [[FORM, fields] as [string, string]] : []), [TEXT, body ?? '']]
}

function fieldsOf(body: string | null, contentType: string | null): string | null {
  if (body === null || contentType?.startsWith(FORM)) return body ?? ''
  try {
    const given: unknown = JSON.parse(body)
    if (typeof given !== 'object' || given === null) return null
    return new URLSearchParams(
      Object.entries(given).map(([name, value]): [string, string] => [name, String(value)]),
    ).toString()
  } catch {
    return null
  }
}
