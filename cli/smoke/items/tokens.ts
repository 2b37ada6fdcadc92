import { type Item, NotExercised } from '../item.js'
import { contentOf, type Login, logInAs, loginIn, refreshLogin } from '../login.js'
import type { Smoke } from '../smoke.js'

const SEGMENTS = 3

export const tokenClaims: Item = {
  id: 'smoke.token-claims',
  title: 'An access token names its kind, its user, its audience and its expiry',
  proves: ['A3', 'A4', 'A5'],
  fix: 'Look at JWT_ISS, JWT_AUD, ACCESS_TOKEN_MINUTES and JWT_EXPIRES_DAYS of the deployment.',
  async run(smoke, facts) {
    const { people, options } = smoke
    const id = String(await people.idOf(people.a))
    const { access, refresh: next, expiresIn } = await logInAs(smoke, people.a)
    facts.holds(access.split('.').length === SEGMENTS, { what: 'the access token is not a JWT' })
    const { header, claims } = contentOf(access)
    const is = (what: string, expected: unknown, got: unknown) =>
      facts.holds(got === expected, { what, expected: String(expected), got: String(got) })
    is('the kind of the access token (typ)', 'at+jwt', header.typ)
    facts.holds(/^(?:HS|RS|ES)256$/.test(String(header.alg)), {
      what: 'how the token is signed',
      got: String(header.alg),
    })
    is('whose the token is (sub)', id, claims.sub)
    is('who has made the token (iss)', options.variable('JWT_ISS') ?? 'usertwo', claims.iss)
    is('for whom the token is (aud)', options.variable('JWT_AUD') ?? 'usertwo', claims.aud)
    for (const name of ['jti', 'sid'])
      facts.holds(typeof claims[name] === 'string', {
        what: `the token has no ${name}: it cannot be revoked`,
      })
    is(
      'how long the token lives: expires_in, and exp less iat',
      Number(claims.exp) - Number(claims.iat),
      expiresIn,
    )
    const email = people.a.login
    facts.holds(!JSON.stringify(claims).includes(email), { what: 'the token holds an address' })
    if (next !== null) {
      const { header: kind, claims: said } = contentOf(next)
      is('the kind of the refresh token (typ)', 'rt+jwt', kind.typ)
      facts.holds(typeof said.rid === 'string', { what: 'the refresh token has no rid' })
      facts.holds(said.sid === claims.sid, { what: 'the two tokens are of two logins' })
    }
    facts.saw(`typ ${header.typ}, ${header.alg}, ${Math.round(expiresIn / 60)} min`)
  },
}

export const tokenKindsItem: Item = {
  id: 'smoke.token-kinds',
  title: 'No token passes for one of another kind',
  proves: ['A5'],
  fix: 'Another version of usertwo may run in one of the processes; gate 4 says which claim is not verified.',
  async run(smoke, facts) {
    const { site, mount, people, mode } = smoke
    const { access, refresh: next } = await logInAs(smoke, people.a)
    const [, claims] = access.split('.')
    const none = `${Buffer.from('{"alg":"none","typ":"at+jwt"}').toString('base64url')}.${claims}.`
    const me = (token: string) => site.ask('GET', `${mount}/me`, { token })
    facts.expect(await me(none), 401, 'an unsigned token is accepted')
    if (mode.style === 'bearer') {
      facts.saw('TOKEN_STYLE=bearer: there is one kind')
      return
    }
    if (next === null) throw new NotExercised('the login gave no refresh token')
    facts.expect(await me(next), 401, 'a refresh token is taken for an access token')
    facts.expect(await refreshLogin(smoke, access), 401, 'an access token is taken for a refresh token')
    facts.expect(await me(access), 200, 'the access token itself is refused')
    facts.saw('a refresh token as bearer, an access token as refresh token: 401')
  },
}

const withRefresh = async (smoke: Smoke): Promise<Login & { refresh: string }> => {
  if (smoke.mode.style === 'bearer') throw new NotExercised('TOKEN_STYLE=bearer has no refresh tokens')
  const login = await logInAs(smoke, smoke.people.a)
  if (login.refresh === null) throw new Error('the login gave no refresh token')
  return { ...login, refresh: login.refresh }
}
const ridOf = (token: string | null | undefined) => (token ? contentOf(token).claims.rid : undefined)

export const refreshItem: Item = {
  id: 'smoke.refresh',
  title: 'A refresh gives the next tokens, and the token before is dead',
  proves: ['A4'],
  fix: 'REFRESH_GRACE_SECONDS says how long a client may ask again for a lost answer; all processes must use one database.',
  async run(smoke, facts) {
    const { site, mount, mode } = smoke
    const first = await withRefresh(smoke)
    const step = async (token: string): Promise<Login & { refresh: string }> => {
      const heard = await refreshLogin(smoke, token)
      const next = loginIn(heard, smoke)
      facts.expect(heard, 200, 'a refresh token does not make the next')
      if (!next?.refresh) throw new Error('the refresh gave no refresh token')
      return { ...next, refresh: next.refresh }
    }
    const second = await step(first.refresh)
    facts.holds(ridOf(second.refresh) !== ridOf(first.refresh), {
      what: 'the refresh token is not replaced: the rid stays',
    })
    const { sid, rid } = contentOf(second.refresh).claims
    const kept = await smoke.people.refreshIdOf(smoke.people.a, String(sid))
    facts.holds(kept !== null && kept === rid, {
      what: 'the rid of the token is not the refresh_id of the login',
    })
    if (mode.refresh === 'cookie')
      facts.expect(
        await site.ask('POST', `${mount}/refresh`, {
          body: { refresh_token: second.refresh },
          headers: { origin: site.origin },
        }),
        401,
        'a refresh token in the body is taken, though its place is the cookie',
      )
    const isInBody = (second.heard.json as object) && 'refresh_token' in (second.heard.json as object)
    facts.holds(isInBody === (mode.refresh === 'body'), {
      what: 'the refresh token comes by another way than the deployment says',
      route: second.heard.route,
      expected: `in the ${mode.refresh === 'body' ? 'answer' : 'cookie alone'}`,
    })
    facts.expect(
      await site.ask('GET', `${mount}/me`, { token: second.access }),
      200,
      'the next access token does not log the user in',
    )
    await step(second.refresh)
    // Two back: no grace covers it.
    facts.expect(await refreshLogin(smoke, first.refresh), 401, 'a refresh token that was replaced is taken')
    facts.saw('twice the next tokens, then the first token again: 401')
  },
}

export const reused: Item = {
  id: 'smoke.reused',
  title: 'A refresh token that is shown again ends its login, with every access token of it',
  proves: ['A4', 'A19'],
  fix: 'A process may hold answers of its own for too long (auth.lookUpEvery); the database must be one.',
  async run(smoke, facts) {
    const { site, mount } = smoke
    const first = await withRefresh(smoke)
    const next = async (token: string) => {
      const made = loginIn(await refreshLogin(smoke, token), smoke)
      if (!made?.refresh) throw new Error('the refresh gave no refresh token')
      return { ...made, refresh: made.refresh }
    }
    const second = await next(first.refresh)
    const third = await next(second.refresh)
    await refreshLogin(smoke, first.refresh)
    facts.expect(
      await refreshLogin(smoke, third.refresh),
      401,
      'a login goes on whose refresh token was shown twice',
    )
    for (const { access } of [first, third])
      facts.expect(
        await site.ask('GET', `${mount}/me`, { token: access }),
        401,
        'an access token of it is a login',
      )
    facts.saw('its newest refresh token and its access tokens: 401')
  },
}

/** Which life of a token is waited for without being asked to. Seconds */
const SHORT = 60
/** Clocks differ, and the last second counts. ms */
const LATE_MS = 2_000

export const expiry: Item = {
  id: 'smoke.expiry',
  title: 'An access token that is over is refused, and a refresh gives the next',
  proves: ['A3', 'A4'],
  fix: 'The clock of a process may be wrong; a proxy may store answers.',
  async run(smoke, facts) {
    const { site, mount, people, mode, options } = smoke
    const { clock, wait, tell } = options
    const login = await logInAs(smoke, people.a)
    const ends = Number(contentOf(login.access).claims.exp) * 1000
    const left = ends - clock.now()
    const asSaid = Math.abs(left - login.expiresIn * 1000) < 60_000
    facts.holds(asSaid, {
      what: 'the token ends at another time than it says, or a clock is wrong',
      expected: `in ${login.expiresIn} s`,
      got: `in ${Math.round(left / 1000)} s`,
    })
    if (!asSaid) return
    if (!wait && login.expiresIn > SHORT)
      throw new NotExercised(
        `it lives ${inWords(login.expiresIn)}, as exp and expires_in say; --wait waits for its end${mode.style === 'bearer' ? ' (days, with TOKEN_STYLE=bearer)' : ''}`,
      )
    tell(`waiting ${inWords(Math.ceil((left + LATE_MS) / 1000))} for an access token to be over`)
    await clock.sleep(left + LATE_MS)
    facts.expect(
      await site.ask('GET', `${mount}/me`, { token: login.access }),
      401,
      'an access token that is over is a login',
    )
    if (login.refresh === null) return facts.saw('past its end: 401')
    const heard = await refreshLogin(smoke, login.refresh)
    facts.expect(heard, 200, 'the end of the access token has ended the login')
    const next = loginIn(heard, smoke)
    if (next)
      facts.expect(
        await site.ask('GET', `${mount}/me`, { token: next.access }),
        200,
        'the next access token does not log the user in',
      )
    facts.saw('past its end 401; refreshed, 200')
  },
}

const inWords = (seconds: number) =>
  seconds < 120
    ? `${seconds} s`
    : seconds < 7200
      ? `${Math.round(seconds / 60)} min`
      : `${Math.round(seconds / 86_400)} days`

export const logout: Item = {
  id: 'smoke.logout',
  title: 'A logout ends the access token at once, and no refresh follows',
  proves: ['A3', 'A19'],
  fix: 'Do all processes ask the same database? A logout holds in each with the next request.',
  async run(smoke, facts) {
    const { site, mount, people } = smoke
    const gone = await logInAs(smoke, people.a)
    const other = await logInAs(smoke, people.a)
    const me = (token: string) => site.ask('GET', `${mount}/me`, { token })
    const out = () => site.ask('POST', `${mount}/logout`, { token: gone.access })
    facts.expect(await me(gone.access), 200, 'a login is not known')
    facts.expect(await out(), 204, 'a logout is refused')
    // More than once: each of several processes behind one address is to know it.
    for (let time = 0; time < 3; time++)
      facts.expect(await me(gone.access), 401, 'an access token is a login after the logout')
    if (gone.refresh !== null)
      facts.expect(await refreshLogin(smoke, gone.refresh), 401, 'a login that was logged out is refreshed')
    facts.expect(await out(), 204, 'a second logout is refused')
    facts.expect(await me(other.access), 200, 'a logout has ended another login')
    facts.saw(gone.refresh === null ? 'its token: 401' : 'its access token and its refresh token: 401')
  },
}
