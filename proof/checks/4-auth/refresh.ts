import type { Answer, Ask } from '../../gate/app/http.js'
import type { Check, Mutant } from '../../gate/check.js'
import {
  bearer,
  claimOwner,
  type GateLogin,
  logIn,
  Questions,
  refreshTokenIn,
  setCookies,
} from './gate-login.js'
import rotation from './mutants/sessions/rotation.js'

const TAKEN = 'a replaced refresh token is accepted'
const LEFT = 'a session survives the reuse of its refresh token'

/** Each mutant runs with the token style that has refresh tokens, whatever style the app is deployed with. */
const mutants: [Mutant, ...Mutant[]] = [
  {
    name: 'a refresh token stays valid forever',
    names: TAKEN,
    by: { env: { TOKEN_STYLE: 'refresh' }, replace: [rotation.forgiving] },
  },
  {
    name: 'the reuse of a token ends no session',
    names: LEFT,
    by: { env: { TOKEN_STYLE: 'refresh' }, replace: [rotation.goesOn] },
  },
]

export const refresh: Check = {
  id: 'auth.refresh',
  title: 'A refresh token rotates once, is accepted nowhere else, and its reuse ends the session',
  proves: ['A4', 'A5', 'A7'],
  ofUsertwosLogin: true,
  fix: 'Nothing of the app may answer in place of the auth API; with AUTH_COOKIE_REFRESH call it from a page of the app.',
  async run(gate) {
    const target = await gate.app()
    const ask = new Questions(target)
    const { mount } = gate.config.auth
    const { json } = await target.ask('GET', `${mount}/config`)
    const mode = (json as { refresh?: 'body' | 'cookie' | null } | undefined)?.refresh ?? null
    if (mode === null)
      return {
        exercised: 0,
        unit: 'facts',
        problems: [],
        nothingToDo: 'TOKEN_STYLE=bearer has no refresh tokens',
      }

    const path = `${mount}/refresh`
    const tokenOf = (answer: Answer) => (mode === 'body' ? refreshTokenIn(answer) : cookieIn(answer)) ?? ''
    const login = await logIn(gate, target, await claimOwner(gate, target))
    const shown = (token: string, origin = target.url): Ask =>
      mode === 'body'
        ? { body: { refresh_token: token }, headers: { origin } }
        : { headers: { cookie: `${login.cookie}; refresh_token=${token}`, origin } }
    const asked = (what: string, status: number, token: string, origin?: string) =>
      ask.expect(what, status, 'POST', path, shown(token, origin))
    const known = (what: string, status: number, { token }: Pick<GateLogin, 'token'>) =>
      ask.expect(what, status, 'GET', `${mount}/me`, { headers: bearer(gate, token) })

    const first = tokenOf(login.answer)
    await asked('an access token refreshes the session', 401, login.token)
    await known('a refresh token is accepted as an access token', 401, { token: first })
    await asked('another site refreshes', 403, first, 'https://evil.example')
    const answer = await asked('a refresh token does not refresh the session', 200, first)
    const second = tokenOf(answer)
    ask.holds(second !== '' && second !== first, {
      what: 'the answer has no new refresh token',
      route: `POST ${path}`,
    })
    const next = { token: (answer.json as { access_token?: string } | undefined)?.access_token ?? '' }
    await known('the new access token does not log the user in', 200, next)

    // Past the grace period for lost answers.
    await gate.database.sql(`update usertwo.user_sessions set rotated_at = rotated_at - interval '1 hour'`)
    await asked(TAKEN, 401, first)
    await asked(LEFT, 401, second)
    await known(LEFT, 401, next)
    await known(LEFT, 401, login)
    return { exercised: ask.exercised, unit: 'facts', problems: ask.problems }
  },
  mutants,
  additions: mutants,
}

const cookieIn = (answer: Answer) =>
  setCookies(answer)
    .map((line) => /^refresh_token=([^;]+)/.exec(line)?.[1])
    .find(Boolean)
