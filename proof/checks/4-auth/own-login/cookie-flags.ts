import type { Check, Evidence } from '../../../gate/check.js'
import type { Gate, Target } from '../../../gate/gate.js'
import { setCookies } from '../gate-login.js'
import { forCookies, keepsOwnLogin, logInToApp, withoutProbe } from './app-login.js'
import innerApp from './mutants/inner-app.js'
import { type Probe, Probes } from './probes.js'
import { rememberedLogin } from './remembered-login.js'

/** What a proxy in front of the app says of a request that came by https. */
const BY_HTTPS = { 'x-forwarded-proto': 'https' }

export const cookieFlags: Check = {
  id: 'auth.own-cookie-flags',
  title:
    'The cookies of the app’s own login are hidden from scripts, other sites and plain http, also those of a remembered login',
  proves: ['B3', 'A7'],
  onlyWhere: keepsOwnLogin,
  fix: "Set httpOnly: true, sameSite: 'lax' and secure: express-session has them in its option cookie, where secure is 'auto', with app.set('trust proxy', 1) behind a proxy; res.cookie has them in its options, where secure is process.env.NODE_ENV === 'production'.",
  timeout: 120_000,
  run: forCookies(
    'the app’s login answers with a token, and browsers send it only where a script does',
    async (gate) => {
      const found = await loginCookies(gate)
      if (!found) return withoutProbe('cookies')
      const { isByHttps } = found
      const cookies = [...found.cookies, ...found.remembered]
      const problems = cookies.flatMap((line) =>
        problemsOf(line, isByHttps, `POST ${gate.config.auth.login!.post}`),
      )
      const unproven = isByHttps
        ? []
        : [
            {
              what: 'over https (X-Forwarded-Proto: https, NODE_ENV=production) the app does not start, or its login sets no cookie that logs in',
              part: 'Secure',
            },
          ]
      return { exercised: cookies.length, unit: 'cookies', problems, unproven }
    },
  ),
  mutants: [
    {
      name: 'scripts can read the cookie',
      names: 'HttpOnly',
      by: { replace: [innerApp.readableCookies] },
    },
    {
      name: 'other sites send the cookie',
      names: 'SameSite',
      by: { replace: [innerApp.crossSiteCookies] },
    },
    {
      name: 'the cookie is sent over plain http',
      names: 'Secure',
      by: { replace: [innerApp.plainCookies] },
    },
  ],
}

/** Where the login is tried: as in production, or else as the gate runs the app; by https where that works. */
const PLACES: { env: Record<string, string>; headers: Record<string, string>; isByHttps: boolean }[] = [
  { env: { NODE_ENV: 'production', TRUST_PROXY: '1' }, headers: BY_HTTPS, isByHttps: true },
  { env: { TRUST_PROXY: '1' }, headers: BY_HTTPS, isByHttps: true },
  { env: {}, headers: {}, isByHttps: false },
]

interface LoginCookies {
  /** the lines that set them */
  cookies: string[]
  /** the lines that set further cookies where the login asks to be remembered, if they log in by themselves */
  remembered: string[]
  /** they are set as over https in production */
  isByHttps: boolean
  /** the environment of the app, and the headers with which it was sent the login */
  env: Record<string, string>
  headers: Record<string, string>
}

const hasFlag = (line: string, flag: string) => new RegExp(`;\\s*${flag}\\s*(?:;|$)`, 'i').test(line)

/** The cookies without which the owner is not logged in, as the login sets them; by https where that works. */
export async function loginCookies(gate: Gate): Promise<LoginCookies | null> {
  const { owner } = await gate.people()
  for (const { headers, isByHttps, env } of PLACES) {
    const target = await gate.app({ env }).catch(() => null)
    if (!target) continue
    const plain = await logInToApp(gate, target, owner, { headers })
    const { answer, cookie } = plain
    const isLoggedIn = await probeIn(gate, target, headers, cookie)
    if (!isLoggedIn) continue
    const needed: string[] = []
    for (const line of setCookies(answer)) {
      const name = line.slice(0, line.indexOf('=') + 1)
      const others = cookie.split('; ').filter((pair) => !pair.startsWith(name))
      if (!(await isLoggedIn({ cookie: others.join('; ') }))) needed.push(line)
    }
    const cookies = needed.length > 0 ? needed : setCookies(answer)
    // Outside production an app may leave Secure out even over https.
    const isKnown = isByHttps && ('NODE_ENV' in env || cookies.every((line) => hasFlag(line, 'Secure')))
    const asked = await rememberedLogin(gate, target, owner, plain, headers)
    const logsIn = asked !== null && (await isLoggedIn({ cookie: asked.alone }))
    const remembered = logsIn
      ? setCookies(asked.answer).filter((line) => asked.names.includes(line.slice(0, line.indexOf('='))))
      : []
    return { cookies, remembered, isByHttps: isKnown, env, headers }
  }
  return null
}

const probeIn = (
  gate: Gate,
  target: Target,
  more: Record<string, string>,
  cookie: string,
): Promise<Probe | null> =>
  cookie ? new Probes(gate, target, more).loggedIn({ cookie }) : Promise.resolve(null)

/** The value of SameSite, in lower case; undefined: not set. */
export const sameSiteOf = (line: string): string | undefined =>
  /;\s*samesite=(\w+)/i.exec(line)?.[1]?.toLowerCase()

function problemsOf(line: string, isByHttps: boolean, route: string): Evidence[] {
  const name = line.slice(0, line.indexOf('='))
  const has = (flag: string) => hasFlag(line, flag)
  const sameSite = sameSiteOf(line)
  const got = line.split(';').slice(1).join(';').trim() || 'no attributes'
  const say = (what: string, expected: string): Evidence => ({
    what: `the cookie ${name} ${what}`,
    part: `${name} ${expected}`,
    route,
    expected,
    got,
  })
  return [
    ...(has('HttpOnly') ? [] : [say('can be read by scripts', 'HttpOnly')]),
    ...(sameSite === 'lax' || sameSite === 'strict' || (sameSite === 'none' && has('Secure'))
      ? []
      : [say('does not say to which sites it is sent', 'SameSite=Lax or Strict, or None with Secure')]),
    ...(!isByHttps || has('Secure') ? [] : [say('is set over https without Secure', 'Secure')]),
  ]
}
