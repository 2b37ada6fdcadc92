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

const TAKEN = 'a refresh token that was replaced is taken'
const LEFT = 'a login goes on whose refresh token was shown twice'

/** Each in the style that has refresh tokens, whichever the app is to be deployed in. */
const mutants: [Mutant, ...Mutant[]] = [
  {
    name: 'a refresh token is good for ever',
    names: TAKEN,
    by: { env: { TOKEN_STYLE: 'refresh' }, replace: [rotation.forgiving] },
  },
  {
    name: 'a token that is shown twice ends nothing',
    names: LEFT,
    by: { env: { TOKEN_STYLE: 'refresh' }, replace: [rotation.goesOn] },
  },
]

export const refresh: Check = {
  id: 'auth.refresh',
  title: 'A refresh token rotates once, is no other kind of token, and its reuse ends the session',
  proves: ['A4', 'A5', 'A7'],
  fix: 'Nothing of the app may answer in place of the auth API; with AUTH_COOKIE_REFRESH call it from a page of the app’s.',
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
        nothingToDo: 'TOKEN_STYLE=bearer: there are no refresh tokens',
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
    await asked('an access token makes the next', 401, login.token)
    await known('a refresh token is taken for an access token', 401, { token: first })
    await asked('another site refreshes', 403, first, 'https://evil.example')
    const answer = await asked('a refresh token does not make the next', 200, first)
    const second = tokenOf(answer)
    ask.holds(second !== '' && second !== first, {
      what: 'the next refresh token is none',
      route: `POST ${path}`,
    })
    const next = { token: (answer.json as { access_token?: string } | undefined)?.access_token ?? '' }
    await known('the next access token is no login', 200, next)

    // Past any grace that lost answers have.
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
