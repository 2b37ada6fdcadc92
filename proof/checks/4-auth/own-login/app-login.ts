import type { Config } from '../../../../src/config/config.js'
import type { Answer } from '../../../gate/app/http.js'
import type { Check, Finding } from '../../../gate/check.js'
import type { Gate, Member, Target } from '../../../gate/gate.js'
import { CookieJar } from '../../../gate/people/cookie-jar.js'
import { HeldCredentials } from '../../../gate/people/held-credentials.js'
import { sendOwnForm } from '../../../gate/people/own-login.js'
import { newVisitor } from '../gate-login.js'

export const keepsOwnLogin = ({ auth }: Config): boolean => auth.by === 'app'

/** The finding of a check that does not apply to the login of this app; the report says why. */
export const notApplicable = (why: string): Finding => ({
  exercised: 0,
  unit: '',
  problems: [],
  leftToApp: true,
  nothingToDo: why,
})

/** The run of a check of the app's login; it does not apply where a proxy logs users in. */
export function forLogins(run: Check['run']): Check['run'] {
  return async (gate) => (gate.config.auth.proxy ? notApplicable(BY_PROXY) : run(gate))
}

const BY_PROXY =
  'a proxy logs users in (auth.proxy): its cookies, its logout and its answers are not those of the app, and usertwo does not try them'

/** The run of a check of cookies; it does not apply where the login answers with a token. */
export function forCookies(why: string, run: Check['run']): Check['run'] {
  return forLogins(async (gate) => (gate.config.auth.login?.token ? notApplicable(why) : run(gate)))
}

/** The finding where no recorded request shows whether a client is logged in. */
export const withoutProbe = (unit: string): Finding => ({
  exercised: 0,
  unit,
  problems: [],
  unproven: [
    {
      what: 'no recorded GET answers a user and refuses an anonymous client: record one, and run usertwo baseline record',
    },
  ],
})

export interface AppLogin {
  answer: Answer
  /** every cookie of the client after the login */
  cookie: string
  /** with what the client is logged in: its cookies, and the token of the answer */
  headers: Record<string, string>
}

/**
 * Logs a user in by the app's own route.
 *
 * @param cookie what the client has from before; with it a page says where it comes from, as a browser does
 * @param headers more headers, such as those of a proxy
 * @param remember further fields, by which the form asks to be remembered
 */
export async function logInToApp(
  { config }: Gate,
  target: Target,
  account: Pick<Member, 'email' | 'password'>,
  {
    cookie,
    headers = {},
    remember = [],
  }: { cookie?: string; headers?: Record<string, string>; remember?: readonly string[] } = {},
): Promise<AppLogin> {
  const { origin } = new URL(target.url)
  const as = { ...newVisitor(), headers: { ...headers, ...(cookie && { cookie, origin }) } }
  const login = config.auth.login!
  const yes = login.as === 'json' ? true : 'on'
  const more = { ...Object.fromEntries(remember.map((name) => [name, yes])), ...login.more }
  const answer = await sendOwnForm(target, { ...login, more }, as, account)
  const jar = new CookieJar()
  jar.take(cookie?.split('; '))
  jar.take(answer.headers['set-cookie'])
  const held = new HeldCredentials(config.auth)
  held.take(login.post, answer)
  return { answer, cookie: jar.header ?? '', headers: held.headers }
}
